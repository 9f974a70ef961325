# at 3:8
a = [1, 2, 3]
print(a[3])
