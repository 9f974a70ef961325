# at 2:5, remedy
a = [1, 2, 3
print(a)
