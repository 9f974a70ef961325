# A keyword-only parameter without a value.
def f(a, *, b):
    return a + b
f(1)
