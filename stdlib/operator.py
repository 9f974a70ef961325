"""Functions of the operator module."""


def add(a, b):
    """a + b"""
    return a + b


def sub(a, b):
    """a - b"""
    return a - b


def mul(a, b):
    """a * b"""
    return a * b


def truediv(a, b):
    """a / b"""
    return a / b


def floordiv(a, b):
    """a // b"""
    return a // b


def mod(a, b):
    """a % b"""
    return a % b


def pow(a, b):
    """a ** b"""
    return a**b


def matmul(a, b):
    """a @ b"""
    return a @ b


def neg(a):
    """-a"""
    return -a


def pos(a):
    """+a"""
    return +a


def inv(a):
    """~a"""
    return ~a


def invert(a):
    """~a"""
    return ~a


def not_(a):
    """not a"""
    return not a


def truth(a):
    """Is it true?"""
    return bool(a)


def and_(a, b):
    """a & b"""
    return a & b


def or_(a, b):
    """a | b"""
    return a | b


def xor(a, b):
    """a ^ b"""
    return a ^ b


def lshift(a, b):
    """a << b"""
    return a << b


def rshift(a, b):
    """a >> b"""
    return a >> b


def lt(a, b):
    """a < b"""
    return a < b


def le(a, b):
    """a <= b"""
    return a <= b


def eq(a, b):
    """a == b"""
    return a == b


def ne(a, b):
    """a != b"""
    return a != b


def gt(a, b):
    """a > b"""
    return a > b


def ge(a, b):
    """a >= b"""
    return a >= b


def is_(a, b):
    """a is b"""
    return a is b


def is_not(a, b):
    """a is not b"""
    return a is not b


def contains(a, b):
    """b in a"""
    return b in a


def concat(a, b):
    """a + b of sequences"""
    return a + b


def getitem(a, i):
    """a[i]"""
    return a[i]


def setitem(a, i, v):
    """a[i] = v"""
    a[i] = v


def delitem(a, i):
    """del a[i]"""
    del a[i]


def countOf(a, b):
    """How many items equal b?"""
    n = 0
    for x in a:
        if x == b:
            n += 1
    return n


def indexOf(a, b):
    """Where is the first item that equals b?"""
    i = 0
    for x in a:
        if x == b:
            return i
        i += 1
    raise ValueError("sequence.index(x): x not in sequence")


def itemgetter(item, *items):
    """A function that takes an item, or several as a tuple."""

    def get(x):
        if len(items) == 0:
            return x[item]
        return tuple(x[i] for i in (item, *items))

    return get


def attrgetter(attr, *attrs):
    """A function that takes an attribute, or several as a tuple."""
    for name in (attr, *attrs):
        if "." in name:
            tables.refuse("`attrgetter` of an attribute of an attribute", "write a lambda")

    def get(x):
        if len(attrs) == 0:
            return getattr(x, attr)
        return tuple(getattr(x, name) for name in (attr, *attrs))

    return get


def methodcaller(name, *args, **kwargs):
    """A function that calls a method."""

    def call(x):
        return getattr(x, name)(*args, **kwargs)

    return call
