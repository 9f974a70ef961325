"""Tuples of a length that only run time knows, formatted with `%` and spread over parameters with defaults."""


def numbers(n):
    return list(range(1, n + 1))


def show(*xs):
    try:
        print("<%d-%s-%5.2f>" % xs)
    except TypeError as e:
        print("TypeError:", e)


for n in range(5):
    row = tuple(numbers(n))
    try:
        print("%s and %s" % row)
    except TypeError as e:
        print("TypeError:", e)
    show(*row)
print("%s|%s" % tuple([x * 1.5 for x in numbers(2)]), "no %%" % tuple(numbers(0)))
print("%r %s" % tuple(str(x) for x in numbers(2)))


def f(a, b=2, c="end"):
    return f"{a} {b} {c}"


def g(a=1, b=2, *rest):
    return a, b, rest


def h(*, k=3):
    return k


for n in range(6):
    try:
        print(f(*numbers(n)))
    except TypeError as e:
        print("TypeError:", e)
    print(g(*numbers(n)), g(0, *numbers(n)))
for n in range(3):
    try:
        print(h(*numbers(n)))
    except TypeError as e:
        print("TypeError:", e)


class Point:
    def __init__(self, x, y=0, z=0):
        self.x, self.y, self.z = x, y, z

    def moved(self, dx=1, dy=1):
        return Point(self.x + dx, self.y + dy, self.z)


for n in range(1, 4):
    p = Point(*numbers(n))
    print(p.x, p.y, p.z, p.moved(*numbers(n - 1)).x)
try:
    Point(*numbers(4))
except TypeError as e:
    print("TypeError:", e)
