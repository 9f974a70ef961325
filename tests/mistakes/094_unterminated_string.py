# at 2:7, remedy
print("hello)
