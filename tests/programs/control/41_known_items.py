"""Loops over items that are known while compiling: rolled where copies of the body would be large, unrolled where it needs to know its item."""
import numpy as np
def f(n):
    s = 0
    for i in range(n):
        s += i * n
    return s
for k in (1, 2, 3, 5, 8):
    print(k, f(k), f(k * 2))
for name, v in (("a", 1.5), ("b", 2.5), ("c", 4.0)):
    print(name, f(3), v, f(4), f(5))
a = np.arange(12).reshape(3, 4)
for axis in (0, 1):
    print(f(2), a.sum(axis=axis), f(3), f(4))
def gen(n):
    for dr, dc in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        if n + dr > 0:
            yield n + dr, dc
for x, y in gen(3):
    print(x, y)
print([f(k) for k in (2, 4, 6, 8)], {k: f(k) for k in (1, 2, 3)}, sum(f(k) for k in (1, 2, 3)))
for b in (True, False, True):
    if f(2) and b:
        continue
    print(b, f(3))
    break
else:
    print("none")
xs = []
for k in (1, 2, 3):
    xs.append(k / 2 if f(k) > 2 else k)
print(xs)
t = (10, "x", 2.5)
for k in (0, 1, 2):
    print(t[k], f(k), f(k+1), f(k+2))
# Lists that the trips change in turn, and a body that raises.
a, b = [1], [2, 3]
for lst in (a, b, a):
    lst.append(f(3) + f(4))
print(a, b)
try:
    for k in (3, 2, 1, 0):
        print(f(k), f(k + 1), 12 // k, f(4))
except ZeroDivisionError as e:
    print(e, k)
d = {"one": 1, "two": 2.5}
for word in ("one", "two"):
    print(word, d[word], f(1), f(2), f(3))
total = 0
for k, (lo, hi) in enumerate(((1, 2), (3, 4), (5, 9))):
    total = total + f(hi) - f(lo) + k
print(total, type(total))
for z in (1 + 2j, 3j):
    print(z * z, f(2), f(3), f(4), f(5))
x = 1
for k in (1, 2, 4):
    x = x / k if f(k) > 1 else x
    print(x)
print([(k, q, f(q)) for k in (1, 2, 3) for q in (4, 5, 6)], [f(k) for k in (1, 2.0, 3)] if False else 0)
print(max(f(k) for k in (3, 1, 2)), sorted((f(k) for k in (3, 1, 2)), reverse=True), any(f(k) == 9 for k in (2, 3)))
# Written lists, and a trip that makes a type of its own.
for dims in ([10, 30, 5], [40, 20], [1]):
    dims.append(f(3))
    print(len(dims), sum(dims), max(dims), f(dims[0]), [f(d) for d in dims if d < 20])
nest = (0,)
for k in (1, 2, 3):
    nest = (nest, f(k), f(k + 1), f(k + 2))
print(nest)
