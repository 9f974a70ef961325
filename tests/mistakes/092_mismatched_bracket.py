# at 2:13, remedy
a = [1, 2, 3)
print(a)
