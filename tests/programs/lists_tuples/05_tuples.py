# Tuples: display, index, equality, concatenation, nesting.
t = (1, 2.5, "three", None, True)
print(t, t[0], t[-1], t[1:3], len(t), (), (1,), ((1, 2), (3,)))
print((1, 2) + (3,), (0,) * 3, (1, 2) == (1, 2), (1, 2) < (2,), 2.5 in t, t.index("three"), (1, 1, 2).count(1))
a, (b, c) = 1, (2, 3)
print(a + b + c)
pts = [(1, 2), (0, 5), (1, -1)]
print(sorted(pts), min(pts), [p[1] for p in pts], sum([x * y for x, y in pts]))
for i in range(3):
    print((10, 20, 30)[i])
print(tuple([1, 2]), list((3, 4)), tuple(range(3)), tuple("ab"))
