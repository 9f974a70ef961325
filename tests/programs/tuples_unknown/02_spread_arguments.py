from dataclasses import dataclass


def show(*args):
    print(len(args), args)


def two(a, b):
    return a * 10 + b


def one_more(first, *rest):
    return first, rest


def numbers(n):
    return [k + 1 for k in range(n)]


for n in range(3):
    show(*numbers(n))
show(0, *numbers(2), 9)
print(two(*numbers(2)))
print(one_more(*numbers(1)), one_more(*numbers(4)))
for n in (1, 3):
    try:
        print(two(*numbers(n)))
    except TypeError as e:
        print(e)
try:
    one_more(*numbers(0))
except TypeError as e:
    print(e)
m = [[1, 2, 3], [4, 5, 6]]
for k in range(2):
    m.append([7 + k, 8, 9])
print(list(zip(*m)))
print([list(c) for c in zip(*m)])
people = [("ann", 3), ("bob", 4)]
for k in range(2):
    people.append((f"p{k}", k))
names, ages = zip(*people)
print(names, ages, sum(ages))
print(max(*numbers(3)), min(*numbers(3), -1))
try:
    names, ages = zip(*people[:0])
except ValueError as e:
    print(e)
for a, b in zip(*[numbers(3), numbers(5)]):
    print(a, b)


class Vector:
    def __init__(self, *xs):
        self.xs = xs

    def __len__(self):
        return len(self.xs)

    def __iter__(self):
        return iter(self.xs)

    def __getitem__(self, i):
        return self.xs[i]

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self, other)))

    def __repr__(self):
        return f"Vector{self.xs}"

    def __eq__(self, other):
        return self.xs == other.xs

    def __hash__(self):
        return hash(self.xs)


v = Vector(1, 2) + Vector(3, 4)
print(v, len(v), v[0], list(v), v == Vector(4, 6), Vector(*numbers(3)))
vs = [Vector(*numbers(k)) for k in range(4)]
print(vs, {Vector(*numbers(2)): 5}[Vector(1, 2)])


@dataclass(frozen=True)
class Poly:
    coefs: tuple

    def __call__(self, x):
        return sum(c * x ** k for k, c in enumerate(self.coefs))


ps = [Poly(tuple(numbers(n))) for n in range(1, 4)]
print(ps, [p(2) for p in ps], ps[1] == Poly((1, 2)), {ps[0]: 1})


def walk(path, n):
    if n == 0:
        return [path]
    out = []
    for k in range(2):
        out.extend(walk(path + (k,), n - 1))
    return out


print(walk((), 2), len(walk((), 4)))


def loop(xs):
    out = ()
    for x in xs:
        if x % 2:
            out += (x, x)
        else:
            out = (x,) + out
    return out


print(loop(range(6)), loop([]))
