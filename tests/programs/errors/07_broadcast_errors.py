# NumPy's words for shapes that do not fit.
import numpy as np
def t(f):
    try:
        print(f())
    except ValueError as e:
        print("ValueError:", e)
n = 3
a = np.arange(n)
b = np.arange(n + 1)
m = np.zeros((2, n))
def add_in_place():
    a[:] += b
def store():
    m[:, 1:] = b
def store_slice():
    a[1:] = b
t(lambda: a + b)
t(lambda: m * b)
t(lambda: m + np.zeros((n, 2)))
t(add_in_place)
t(store)
t(store_slice)
t(lambda: np.dot(a, b))
t(lambda: m @ b)
t(lambda: a.reshape(2, -1))
t(lambda: b.reshape(3, 3))
t(lambda: np.concatenate((m, np.zeros((2, 2)))))
t(lambda: np.stack((a, b)))
t(lambda: np.zeros(0).max())
t(lambda: np.where(a > 0, b, 0))
print(a, m.sum())
