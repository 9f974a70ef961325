# What builds on concatenate, sort and dot: vstack, hstack, append, unique, searchsorted, inner, outer, trace.
import numpy as np
a = np.arange(3)
b = np.array([10, 20, 30])
m = np.arange(6).reshape(2, 3)
print(np.vstack((a, b)), np.hstack((a, b)), np.vstack((m, a)), np.hstack((m, m)).shape, np.column_stack((a, b)), np.append(a, 7))
print(np.unique(np.array([3, 1, 3, 2])), np.searchsorted(b, np.array([0, 25])), np.searchsorted(b, 20), np.searchsorted(b, 20, side="right"))
print(np.inner(a, b), np.outer(a, b), np.vdot(a, a), np.trace(m @ m.T), np.matmul(m, m.T), np.kron(a, np.ones(2)))
