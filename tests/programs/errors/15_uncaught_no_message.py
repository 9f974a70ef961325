# Uncaught: an exception without text.
def f(n):
    if n == 0:
        raise RuntimeError
    f(n - 1)
print("before")
f(3)
