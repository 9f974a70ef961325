# Slices with steps, slice assignment, copies.
a = list(range(10))
print(a[::2], a[1::3], a[::-3], a[8:2:-2], a[-3:], a[:-7], a[20:], a[3:3], a[-1:-4:-1])
b = a[:]
b[0] = 99
print(a[0], b[0])
c = a.copy()
c[2:5] = [0]
print(c)
c[1:1] = [7, 7]
print(c)
c[::2] = [-1] * len(c[::2])
print(c)
del c[2:4]
print(c, a)
