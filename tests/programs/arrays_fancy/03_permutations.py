# Permutations, inverse permutations, histograms, gathers from tables.
import numpy as np
p = np.array([2, 0, 3, 1])
inv = np.zeros(4, dtype=int)
inv[p] = np.arange(4)
x = np.array([10.0, 20.0, 30.0, 40.0])
print(inv, x[p], x[p][inv], np.argsort(p), np.array([5, 6, 7])[p % 3])
data = np.array([1, 3, 3, 0, 1, 3])
h = np.zeros(4, dtype=int)
for v in data:
    h[v] += 1
print(h)
order = np.argsort(np.array([3.0, 1.0, 2.0]))
print(order, x[order], x[order[::-1]])
