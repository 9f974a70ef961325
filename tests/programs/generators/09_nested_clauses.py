def g2(n):
    for i in range(n):
        yield i
def f(n):
    print(next((x + y for x in range(n) for y in g2(n) if x != y), -9))
for n in (0, 2, 3):
    f(n)
f(2)


def pos(xs):
    for x in xs:
        if x > 0:
            got = yield x
            print("got", got)


def take(it, n):
    for x in it:
        if n <= 0:
            return
        yield x
        n -= 1


def g(n):
    for x in take(range(9), n):
        yield x * 2


h = filter(lambda x: x > 1, pos([1, 2]))
try:
    print(min(h))
    print(max(h))
except ValueError as e:
    print(e)
try:
    q, t = take(g(3), 1)
except ValueError as e:
    print(e)
h = (x + 1 for x in g(4))
for x, y in zip(h, h):
    print(x, y)
for x in take(take(g(5), 4), 2):
    print(x)
print([(x, y) for x in g(2) for y in pos([x, 3]) if x != y])
print(sum(x * y for x in range(3) for y in range(x) if y % 2 == 0 for z in (1, 2)))
print(sorted((y, x) for x in range(3) if x for y in g(x)))
