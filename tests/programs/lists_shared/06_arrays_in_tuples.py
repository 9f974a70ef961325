import numpy as np
pairs = [("a", np.zeros(2))]
pairs.append(("b", np.ones(3)))
for n, a in pairs:
    a[0] += 5
p = pairs[1]
p[1][1] = 7
print(pairs)
q = [(1, [0, 1]), (2, [5])]
s = 0
for k, xs in q:
    s += k * sum(xs)
print(s)
for k, xs in q:
    xs.append(k)
print(q)
