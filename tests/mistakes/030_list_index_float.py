# at 4:9, remedy
a = [1, 2, 3, 4]
n = len(a)
print(a[n / 2])
