# A walk through the language.
import numpy as np


def mean_of(values, default=None):
    if len(values) == 0:
        return default
    return sum(values) / len(values)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


a = np.arange(12).reshape(3, 4)
row = a[1]
row[::2] = -1                      # a view: `a` changes
print(a)
print(a[a > 5], a.T.shape, a.sum(axis=0))
print(f"mean {mean_of([1, 2, 4]):.3f}, of nothing: {mean_of([])}")
print([fib(n) for n in range(15)])

x = 1
while x > 2:
    x = x * 0.5
print(x)                           # still an int

total = 0
for i in range(10):
    if i % 3 == 0:
        continue
    total += i
else:
    print("total", total)
print(np.sqrt(np.array([1.0, 2.0, 3.0])), 7 // -2, 7 % -2, 2 ** 10, 1 / 3, 1e16, -0.0)
