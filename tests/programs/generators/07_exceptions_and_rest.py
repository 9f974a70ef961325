# state of a generator across exceptions; try in pulled generators
def parse(xs):
    for x in xs:
        try:
            yield int(x)
        except ValueError:
            print("bad inside")
    print("parsed")
def risky(n):
    for i in range(n):
        if i == 2:
            raise ValueError("two")
        yield i
g = risky(4)
print(next(g), next(g))
try:
    next(g)
except ValueError as e:
    print("caught", e)
print(next(g, "finished"))
def safe(xs):
    for x in xs:
        try:
            v = 12 // x
        except ZeroDivisionError:
            v = -1
        yield v
s = safe([3, 0, 4])
print(next(s), next(s), next(s), next(s, None))
g = risky(5)
try:
    for x in g:
        print("x", x)
        if x == 1:
            raise KeyError("mine")
except KeyError as e:
    print("key", e)
try:
    print(next(g))
except ValueError as e:
    print("value", e)
total = 0
try:
    for a, b in zip(risky(5), risky(5)):
        total += a + b
except ValueError as e:
    print("zip", e, total)
def guarded(n):
    try:
        for i in range(n):
            yield 10 // (i - 1)
    except ZeroDivisionError:
        print("zero inside")
        yield 99
    else:
        print("no error")
print(list(guarded(3)))
print(list(guarded(1)))
it = iter([1, 2])
print(next(it), next(it))
try:
    next(it)
except StopIteration:
    print("stop")
def bad():
    yield next(iter([]), 7)
    yield 1 + next(iter([5]))
print(list(bad()))
try:
    print(max(x for x in [] if x))
except ValueError as e:
    print(e)
try:
    a, b = (i for i in range(3))
except ValueError as e:
    print(e)
try:
    a, b, c = risky(2)
except ValueError as e:
    print(e)
try:
    for x in 5:
        pass
except TypeError as e:
    print(e)
try:
    g = (x for x in 5)
except TypeError as e:
    print(e)
try:
    next([1])
except TypeError as e:
    print(e)
def uncaught():
    yield 1
    yield 1 // 0
for v in uncaught():
    print(v)
