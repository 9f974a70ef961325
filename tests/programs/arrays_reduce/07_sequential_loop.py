# A loop that the user wrote keeps its own order, different from sum's.
import numpy as np
x = 1.0 / (np.arange(2000) + 1.0)
acc = 0.0
for v in x:
    acc += v
back = 0.0
for i in range(len(x) - 1, -1, -1):
    back += x[i]
print(acc, back, x.sum(), acc == back, acc == x.cumsum()[-1])
def norm(v):
    s = 0.0
    for i in range(v.size):
        s += v[i] * v[i]
    return np.sqrt(s)
print(norm(x), np.sqrt((x * x).sum()), norm(np.array([3.0, 4.0])), norm(np.zeros(0)))
