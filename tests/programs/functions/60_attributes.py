"""Attributes that a program gives to its functions."""
def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)
    wrapper.calls = 0
    return wrapper
@counted
def recursive(n):
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)
@counted
def twice(x):
    return x * 2
print(recursive(10), recursive.calls, twice("ab"), twice.calls)
for i in range(3):
    twice(i)
print(twice.calls)
def f(x):
    f.last = x
    f.total += x
    return x
f.total = 0
for i in range(5):
    f(i)
print(f.last, f.total)
def g():
    pass
try:
    print(g.nothing)
except AttributeError as e:
    print(e)
def make():
    def h():
        return h.name
    return h
k = make()
try:
    print(k())
except AttributeError as e:
    print(e)
def cached(fn):
    memo = {}
    def called(*args):
        if args in memo:
            return memo[args]
        r = memo[args] = fn(*args)
        return r
    def size():
        return len(memo)
    called.size = size
    return called
@cached
def fib(n):
    return n if n < 2 else fib(n-1) + fib(n-2)
print(fib(50), fib.size())
def later():
    return later.value * 2
later.value = 21
print(later())
def outer():
    return f.total + f.last
print(outer())
h = f
h(10)
print(h.total, f.total)
print(g.oops)
