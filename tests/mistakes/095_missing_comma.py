# at 2:11, remedy
a = [1, 2 3]
print(a)
