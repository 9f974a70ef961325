# digits: 15 np.tanh
# Row numba-02: median, max, sqrt, tanh, a loop over the diagonal; with the division inside the loop and after it.
import numpy as np
a = np.arange(100, dtype=np.int32).reshape(10, 10)
def func_normal(a):
    x = np.median(a)
    y = np.max(a)
    t = x / y
    z = x * np.sqrt(1 + t * t)
    m = 0.0
    for i in range(a.shape[0]):
        m += np.tanh(a[i, i])
        m /= z
    return a + m
def func_after(a):
    x = np.median(a)
    y = np.max(a)
    t = x / y
    z = x * np.sqrt(1 + t * t)
    m = 0.0
    for i in range(a.shape[0]):
        m += np.tanh(a[i, i])
    m /= z
    return a + m
r = func_normal(a)
s = func_after(a)
print(r.dtype, r.shape, r[0, 0], r[9, 9])
print(s.dtype, s.shape, s[0, 0], s[9, 9])
x = np.median(a)
y = np.max(a)
print(x, y, x / y, x * np.sqrt(1 + (x / y) * (x / y)))
print(r)
