"""functools, operator, closures and higher-order functions."""
from functools import partial, reduce, wraps
from operator import add, itemgetter, mul
import math


def compose(*functions):
    return reduce(lambda f, g: lambda x: g(f(x)), functions)


def curry(f):
    return lambda a: lambda b: f(a, b)


def make_counter(start=0, step=1):
    value = start - step

    def counter():
        nonlocal value
        value += step
        return value

    return counter


def memoize(f):
    cache = {}

    @wraps(f)
    def wrapper(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    return wrapper


def trace(prefix):
    def decorate(f):
        @wraps(f)
        def wrapper(*args, **kwargs):
            result = f(*args, **kwargs)
            text = ", ".join([repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()])
            print(f"{prefix}{f.__name__}({text}) = {result}")
            return result
        return wrapper
    return decorate


@memoize
def paths(rows, cols):
    """Ways through a grid."""
    if rows == 0 or cols == 0:
        return 1
    return paths(rows - 1, cols) + paths(rows, cols - 1)


@trace("> ")
def scale(x, factor=2):
    return x * factor


def average(*values, weights=None):
    if weights is None:
        weights = [1] * len(values)
    return sum(map(mul, values, weights)) / sum(weights)


def bisect(f, low, high, *, tol=1e-10):
    while high - low > tol:
        middle = (low + high) / 2
        if f(low) * f(middle) <= 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def newton(f, x, h=1e-6):
    derivative = lambda t: (f(t + h) - f(t - h)) / (2 * h)
    for _ in range(50):
        step = f(x) / derivative(x)
        x -= step
        if abs(step) < 1e-12:
            break
    return x


inc_then_square = compose(lambda x: x + 1, lambda x: x ** 2, str)
print(inc_then_square(4), curry(add)(3)(4))
tick, tock = make_counter(), make_counter(10, 5)
print(tick(), tick(), tock(), tick(), tock())
print(paths(16, 16), paths.__name__, paths.__doc__)
scale(3)
scale(4, factor=10)
print(average(1, 2, 3), average(1, 2, 3, weights=[3, 2, 1]))
print(round(bisect(math.cos, 1, 2), 6), round(newton(lambda x: x * x - 2, 1.0), 10))
print(reduce(mul, range(1, 8)), reduce(lambda a, b: a if len(a) >= len(b) else b, ["ab", "abcd", "xyz"]))
double, power_of_two = partial(mul, 2), partial(pow, 2)
print(list(map(double, [1, 2, 3])), [power_of_two(k) for k in range(5)])
people = [("ann", 31), ("bob", 25), ("cyd", 40)]
names, ages = zip(*people)
print(names, ages, max(people, key=itemgetter(1))[0])
print(list(filter(None, [0, 1, "", "a", None, 2.5])), list(map(lambda a, b: a - b, [5, 6], [1, 2])))
operations = {"+": add, "-": lambda a, b: a - b, "max": max}
print({name: f(7, 3) for name, f in operations.items()})
adders = [lambda x, k=k: x + k for k in range(3)]
print([f(10) for f in adders], callable(adders[0]))
