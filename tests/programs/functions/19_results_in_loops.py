# What a recursive function returns, trip by trip, while its argument lives on.
import numpy as np
def tree(n, a):
    if n == 0:
        return a * 2.0
    return tree(n - 1, a + 1.0)
def h(n):
    s = 0.0
    a = np.arange(64.0)
    for k in range(n):
        b = tree(1, a)
        xs = [k, k + 1]
        xs.append(k)
        s += b[3] + len(xs) + len(f"{k}:" + str(k * 2))
        print(b[3], a[3])
    return s
print(h(4))
