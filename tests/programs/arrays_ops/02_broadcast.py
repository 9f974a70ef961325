# Broadcasting of every pair of ranks.
import numpy as np
m = np.arange(6).reshape(2, 3)
print(m + np.array([10, 20, 30]), m + np.array([[100], [200]]), m * 2, m + np.ones((1, 1)), m - m[0], m - m[:, :1])
t = np.zeros((2, 1, 3)) + np.arange(4).reshape(4, 1)
print(t.shape, t[0], (np.arange(3)[:, None] * np.arange(4)).shape, np.array(5) + m, np.zeros((0, 3)) + np.ones(3))
a = np.arange(3)
print(a[:, None] - a[None, :], (a[:, None] == a).sum(), np.broadcast_to(a, (2, 3)))
def outer(x, y):
    return x[:, None] * y[None, :]
print(outer(np.arange(1, 4), np.arange(1, 3)), outer(np.ones(1), np.arange(3)))
