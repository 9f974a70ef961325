# Defaults and keyword arguments.
def f(a, b=2, c=3.5):
    return a, b, c
print(f(1), f(1, 5), f(1, c=0), f(b=7, a=0), f(1, c="x", b=None))
def g(x, *, scale=1, shift=0):
    return x * scale + shift
print(g(3), g(3, scale=2), g(3, shift=0.5, scale=-1))
base = 10
def h(x, k=base):
    return x + k
base = 99
print(h(1), h(1, base))
