# at 3:7, remedy
a = [1, 2, 3]
print(a(0))
