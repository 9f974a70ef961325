# Lists of int and float, of optional values, and what their elements do.
a = [1, 2.5, 3]
print(a, sum(a), max(a), min(a), [v * 2 for v in a], [v // 1 for v in a], sorted([2.5, 1, 2, 0.5]))
a[1] = 4
print(a, sum(a))
b = [None, 1, None, 2]
print(b, [v for v in b if v is not None], b.count(None))
c = []
for i in range(4):
    c.append(i if i % 2 else i / 2)
print(c, sum(c), c[0] + c[1])
d = [1, "a", 2.5]
for v in d:
    print(v, isinstance(v, str))
