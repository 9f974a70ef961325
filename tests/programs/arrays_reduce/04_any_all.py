# any and all with axis, on several kinds.
import numpy as np
m = np.array([[True, False], [True, True]])
print(m.any(), m.all(), m.any(axis=0), m.all(axis=0), m.all(axis=1), np.any(m), np.all(m, axis=1), m.all(axis=1, keepdims=True))
a = np.array([[0, 1], [0, 0]])
print(a.any(), a.all(), a.any(axis=1), np.zeros(0).any(), np.zeros(0).all(), np.array([0.0, np.nan]).any(), (a == 0).all(), np.any([0, 1]), np.all([]))
print(bool((a == a).all()), [(a > 0).any()])
