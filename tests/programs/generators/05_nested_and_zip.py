def inner(k):
    for i in range(k):
        print("in", k, i)
        yield k * 10 + i
def outer(n):
    for k in range(n):
        for x in inner(k):
            yield x
    print("outer done")
def outer2(n):
    for k in range(n):
        yield from inner(k)
    yield -1
for a, b in zip(outer(4), outer2(3)):
    print(a, b)
g = outer(3)
s = 0
while True:
    x = next(g, None)
    if x is None:
        break
    s += x
    print("w", x)
print(s)
h = outer2(4)
print(next(h), next(h), next(h))
print(list(h))
e = enumerate(outer2(2))
for i, x in e:
    print(i, x)
    break
for i, x in e:
    print(i, x)
p = iter([1, 2, 3, 4, 5])
for a, b in zip(p, p):
    print(a, b)
def window(it):
    it = iter(it)
    last = next(it)
    for x in it:
        yield last, x
        last = x
print(list(window(outer2(3))))
print(list(zip(window(iter([1, 2, 3])), outer(4))))
def merge(a, b):
    x = next(a, None)
    y = next(b, None)
    while x is not None or y is not None:
        if y is None or (x is not None and x <= y):
            yield x
            x = next(a, None)
        else:
            yield y
            y = next(b, None)
print(list(merge(iter([1, 4, 6]), iter([2, 3, 7, 9]))))
g = (x for x in range(6))
for x in g:
    y = next(g)
    print(x, y)
it = map(lambda v: v + 1, range(3))
print(next(it), list(it), list(it))
z = zip([1, 2, 3], "abc")
print(next(z), list(z))
print(list(reversed([1, 2])), next(iter((4, 5))), next(filter(lambda v: v > 2, [1, 2, 3, 4])))
