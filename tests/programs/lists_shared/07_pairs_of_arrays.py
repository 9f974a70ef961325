import numpy as np
def f(n):
    out = []
    for i in range(n):
        out.append((i, np.full(2, float(i))))
    return out
ps = f(3)
for i, a in ps:
    a *= 2.0
print(ps)
k, b = ps[1]
b += 1
print(ps[1][1], b is ps[1][1])
