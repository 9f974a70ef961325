# Keyword-only and positional-only parameters, *args, **kwargs, and stars at calls.
def f(a, *, b, c=3):
    return a + b * c
print(f(1, b=2), f(1, c=5, b=2))

def f(a, b, /, c, *, d=1):
    return (a, b, c, d)
print(f(1, 2, 3), f(1, 2, c=4, d=5))

def f(*args):
    return sum(args), len(args)
print(f(1, 2, 3), f())
def g(a, *rest, k=2):
    for r in rest:
        print(r, end=" ")
    return a, rest, k
print(g(1, 2.5, "x", k=5))

def f(**kw):
    for k, v in kw.items():
        print(k, v)
    return kw
f(a=1, b="x")
print(f(z=2)["z"])
print(f())

def g(a, b=2, c=3):
    return a * 100 + b * 10 + c
def f(*args, **kw):
    return g(*args, **kw)
print(f(1), f(1, c=9), f(1, 5, c=2), f(b=1, a=2))

def g(a, b, c):
    return a, b, c
t = (1, 2)
xs = [4, 5, 6]
print(g(*t, 3), g(*xs), g(0, *t))
d = {"b": 5, "c": 6}
print(g(1, **d))
print(*xs)
print(*xs, sep=", ")
