# The with statement: enter and exit on every way out, exceptions that are swallowed.
class R:
    def __init__(self, n, quiet=False):
        self.n = n
        self.quiet = quiet

    def __enter__(self):
        print("enter", self.n)
        return self

    def __exit__(self, kind, value, trace):
        print("exit", self.n, kind is None, value, trace is None)
        return self.quiet


class Suppress:
    def __enter__(self):
        return 3

    def __exit__(self, kind, value, trace):
        return kind is ValueError or kind is not None and issubclass(kind, KeyError) if False else kind is ValueError


with R(1) as r:
    print(r.n)
with R(1) as a, R(2) as b:
    print(a.n + b.n)
with R(3):
    print("body")


def f():
    with R(4):
        return 5


print(f())
for i in range(3):
    with R(5):
        if i == 0:
            continue
        break
try:
    with R(6):
        raise ValueError("x")
except ValueError as e:
    print("caught", e)
with R(7, quiet=True):
    raise KeyError("gone")
print("after")
with Suppress() as s:
    print(s)
    raise ValueError("hidden")


def total(xs):
    t = 0
    for x in xs:
        with R(x):
            t += x
    return t


print(total([10, 20]))


class Timer:
    def __enter__(self):
        self.count = 0
        return self

    def __exit__(self, *args):
        print("done", len(args), self.count)


with Timer() as t:
    for _ in range(3):
        t.count += 1
with R(8):
    with R(9, quiet=True):
        1 // 0
    print("inner over")
with R(10):
    raise RuntimeError("uncaught")
