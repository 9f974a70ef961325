# int(), float(), list methods, unpacking, math domain.
import math
def t(f):
    try:
        print(f())
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
xs = [1, 2]
words = "12 x".split()
def unpack(v):
    a, b = v
    return a + b
def to_int(k):
    return int(words[k])
t(lambda: to_int(0))
t(lambda: to_int(1))
t(lambda: float("1.5e"))
t(lambda: xs.index(9))
t(lambda: xs.remove(7))
t(lambda: unpack([1, 2]))
t(lambda: unpack([1, 2, 3]))
t(lambda: unpack([1]))
t(lambda: math.sqrt(-1.0))
t(lambda: math.log(0))
t(lambda: int(float("inf")))
t(lambda: int(float("nan")))
t(lambda: max([]))
t(lambda: range(0, 5, 0))
t(lambda: math.exp(1000))
t(lambda: 10.0 ** 400)
t(lambda: "ab".index("z"))
t(lambda: 1 << -1)
