"""Lists of lists of views of one array, made twice: what is written through one is seen through all."""
import numpy as np


def split(M, size):
    rows = range(0, M.shape[0], size)
    return [[M[i:i + size, j:j + size] for j in range(0, M.shape[1], size)] for i in rows]


A = np.arange(16).reshape(4, 4)
a, b = split(A, 2), split(A, 2)
for row in a:
    for block in row:
        block *= 2
print(A)
print(b[1][0], b[0][1].sum())
b[0][0][:] = -1
print(a[0][0][1], A[0])
A[3] = 100
print([int(block.max()) for row in a for block in row])

c = [[A[i:i + 1] for i in range(2)] for _ in range(2)]
d = [c[0], c[1], c[0]]
d[2][1][0, 0] = 7
print(c[1][1], A[1, 0], d[0][1])
