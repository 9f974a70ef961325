# repr of exceptions shows their arguments: none, an empty string, several, a key, the C library's number and text.
def f(n):
    if n < 0:
        raise ValueError("")
    if n == 0:
        raise KeyError("k", 2)
    return n
for n in (1, 0, -1):
    try:
        print(f(n))
    except (KeyError, ValueError) as e:
        print(e, repr(e))
try:
    print(2.0 ** 10000)
except OverflowError as e:
    print(repr(e))
