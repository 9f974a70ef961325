def lengths(n):
    return tuple(i * i for i in range(n))


for n in range(4):
    t = lengths(n)
    print(t, len(t), bool(t), repr(t), f"{t}")

t = lengths(5)
print(t[0], t[-1], t[1:3], t[::-1], t[5:], t[:1])
print(t + (7, 8), (1,) + t, t * 2, 2 * t[:2], t[:0] * 3)
print(3 in t, 4 in t, t.count(4), t.index(9))
print(t == (0, 1, 4, 9, 16), t != lengths(5), t < lengths(6), lengths(3) >= t, t == lengths(4))
print(hash(t) == hash((0, 1, 4, 9, 16)), hash(lengths(0)) == hash(()))
print(max(t), min(t), sum(t), sorted(t, reverse=True), list(t), list(reversed(t)))
a, *b = t
print(a, b)
p, q, r = lengths(3)
print(p, q, r)
for i, x in enumerate(t):
    print(i, x, end=" ")
print()
d = {}
for n in range(4):
    d[lengths(n)] = n
print(d, d[lengths(2)], (0, 1, 4) in d)
s = {lengths(n % 3) for n in range(9)}
print(len(s), sorted(s))
rows = [lengths(n) for n in range(3)]
print(rows, rows[2], rows[1] + rows[2])
rows.append((5, 6))
print(rows[-1], sorted(rows))
path = ()
for k in range(7):
    path = path + (k,)
print(path)
path += (1, 2)
print(path, isinstance(path, tuple), type(path) == tuple)
words = "the quick brown fox".split()
w = tuple(words)
print(w, tuple(len(x) for x in w), tuple(sorted(w)))
print(tuple(zip(words, range(9))), dict(zip(w, range(4))))
try:
    print(t[9])
except IndexError as e:
    print("IndexError", e)
try:
    t.index(1000)
except ValueError as e:
    print("ValueError", e)
try:
    a, b = t
except ValueError as e:
    print("ValueError", e)
print((*words, "end"), ("a", *words))
print(tuple(tuple(range(k)) for k in range(4)))
