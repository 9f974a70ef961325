# Functions as values: chosen at run time, kept in lists and tuples, returned from branches.
import math
def add(a, b):
    return a + b
def mul(a, b):
    return a * b
def pick(k):
    if k > 0:
        return add
    return mul
for k in [1, -1, 2]:
    print(pick(k)(3, 4))
def make(k):
    if k < 0:
        raise ValueError("negative")
    twice = k * 2
    return lambda x: x + twice
print(make(3)(10), make(0)(1))
f = add
for i in range(4):
    print(f(i, 10))
    f = mul if f is add else add
table = [("add", add), ("mul", mul), ("pow", lambda a, b: a**b)]
for name, g in table:
    print(name, g(2, 5))
ops = [add, mul]
for i in range(4):
    print(ops[i % 2](i, 3), end=" ")
print()
adders = []
for i in range(3):
    adders.append(lambda x, i=i: x + i)
print([a(10) for a in adders], adders[1](100))
def adder(n):
    def inner(x):
        return x + n
    return inner
fs = []
for i in range(3):
    fs.append(adder(i * 10))
print([g(1) for g in fs])
fs2 = [adder(k) for k in range(5)]
print(sum([g(0) for g in fs2]))
def compose(*fs):
    def run(x):
        for f in fs:
            x = f(x)
        return x
    return run
print(compose(abs, math.sqrt, lambda v: v + 1)(-16))
def count():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def get():
        return n
    return up, get
up, get = count()
for _ in range(5):
    up()
print(get(), up(), get())
x = None
def maybe(flag):
    g = None
    if flag:
        g = lambda: 7
    return g
for flag in [True, False]:
    h = maybe(flag)
    print(h() if h is not None else "none")
