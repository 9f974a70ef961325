"""Lists whose lengths are known on one path only, and lists of lists compared inside lists."""
xs = (([[0, 10]] + [[4]]) or [[1, 2]])[:6]
print(xs)
ys = ([[0, 10]] + [[4]])[:6]
print(ys)
n = int('3')
xs = [[1]]
ok = n > 2
print([False if ok else ok, xs == xs])
rows = [[3.75] * 2 for e in range(1)]
rows[0], rows[0] = rows[0], rows[0]
try:
    rows.append([1.0])
    raise RuntimeError('abc')
except Exception as e:
    print(repr(e))
print(rows)
