# at 3:7, remedy
s = "abc"
print(s.uper())
