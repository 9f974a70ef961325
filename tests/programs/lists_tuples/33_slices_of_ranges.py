# Slices of ranges are ranges.
r = range(10)
for s in (r[::-1], r[2:8], r[2:8:3], r[-3:], r[:-3], r[8:2], r[8:2:-2], r[::3], r[5:100], r[-100:3], range(20, 0, -3)[1:4], range(0)[::-1], range(3, 30, 4)[::-2]):
    print(s, list(s), len(s), s.start, s.stop, s.step)
n = len("abcdef")
k = 2
for i in range(n)[::-1]:
    print(i, end=" ")
print(list(range(n)[1:][::k]), sum(range(n)[k:]), range(n)[::-1][0], 3 in range(n)[:3])
try:
    print(range(n)[:: k - 2])
except ValueError as e:
    print(e)
