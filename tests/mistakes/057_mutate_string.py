# at 3:2, remedy
s = "abc"
s[0] = "x"
print(s)
