# functools.wraps, decorators of methods and classes.
import functools
from functools import wraps
def log(f):
    @wraps(f)
    def g(*args, **kwargs):
        print("call", f.__name__, args, kwargs)
        return f(*args, **kwargs)
    return g
@log
def add(a, b=1):
    "adds"
    return a + b
print(add(1, b=2), add.__name__, add.__doc__)

def log(f):
    def g(self, x):
        print("call")
        return f(self, x)
    return g
class A:
    @log
    def m(self, x):
        return x + 1
print(A().m(3))

def reg(cls):
    cls.tag = 5
    return cls
@reg
class A:
    pass
print(A.tag)
