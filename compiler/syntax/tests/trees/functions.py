def f(): pass
def f(a): return
def f(a, b=1): return a
def f(a, b=1, *c, d, e=2, **g): return a, b
def f(a, /): pass
def f(a, b=1, /, c=2, *, d, e=3): pass
def f(*, a): pass
def f(*a): pass
def f(**a): pass
def f(a,): pass
def f(*a,): pass
def f(**a,): pass
def f(a: int, b: float = 1.0, *c: str, d: "x" = 2, **e: list[int]) -> tuple[int, ...]: pass
def f(*args: *Ts): pass
def f(a=lambda x: x, b=(1, 2)): return *a, b
def f(
    a,
    b,
):
    """Docstring."""
    c = a

    def g(d):
        nonlocal c
        c = d
        return g
    return g
@a
def f(): pass
@a.b(c, d=1)
@e
def f():
    pass
@(lambda f: f)
def f(): pass
@x[0].y
class A: pass
@n := m
def f(): pass
lambda: 0
lambda a: a
lambda a, b=1, *c, d, e=2, **f: (a, b)
lambda a, /, b, *, c: 0
lambda *a: a
lambda **a: a
lambda a,: a
lambda: (yield)
def g():
    yield
    yield 1
    yield 1, 2
    yield *a, b
    x = yield
    x = yield 1
    x += yield 1
    x = y = yield z
    yield from a
    x = yield from a
    f((yield))
    return (yield 1)
class A: pass
class A(): pass
class A(B, C): pass
class A(B, metaclass=M, **k):
    """Docstring."""
    x: int = 1

    def f(self):
        return self.x
