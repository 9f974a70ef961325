# One function, many argument types: each call has its own meaning.
def double(x):
    return x + x
print(double(2), double(2.5), double("ab"), double([1]), double((1, 2)), double(1j), double(True))
def poly(x, *cs):
    r = 0
    for c in cs:
        r = r * x + c
    return r
print(poly(2), poly(2, 1), poly(2, 1, 0, 3), poly(0.5, 1, 1))
args = (3, 1, 2)
print(poly(*args))
