from settings import FACTOR

values = [10, 20, 30]


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


def scaled_fact(n):
    if n < 2:
        return FACTOR
    return n * scaled_fact(n - 1)


def lookup(n):
    if n == 0:
        return 0
    return values[n - 1] + lookup(n - 1)
