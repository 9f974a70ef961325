# Comprehensions: conditions, nesting, scopes.
print([x * x for x in range(6)], [x for x in range(20) if x % 3 == 0 if x % 2], [(i, j) for i in range(3) for j in range(i)])
x = "kept"
y = [x for x in range(3)]
print(x, y)
k = 2
print([v * k for v in (1, 2.5)], [[i] * i for i in range(4)], [a if a > 1 else -a for a in range(4)])
print(sum([v for v in range(10) if v % 2]), max([abs(v - 4) for v in range(10)]), any([v > 8 for v in range(10)]), all([v > 8 for v in range(10)]))
