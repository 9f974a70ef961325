# Slices assigned and deleted.
a = list(range(10))
a[2:5] = [20, 30]
print(a)
a[::2] = [0] * len(a[::2])
print(a)
del a[0]
print(a)
del a[1:3]
print(a)
del a[::2]
print(a)
a[1:1] = [9, 9]
print(a)
a[:] = []
print(a)
