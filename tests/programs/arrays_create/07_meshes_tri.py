# Arrays built by broadcasting: grids, triangles, diagonals.
import numpy as np
i = np.arange(4).reshape(4, 1)
j = np.arange(4)
print(i * 10 + j, (i == j).astype(int), np.abs(i - j))
print(np.tri(3), np.tril(np.ones((3, 3))), np.triu(np.arange(9).reshape(3, 3)), np.diag(np.array([1, 2, 3])), np.diag(np.arange(9).reshape(3, 3)))
x, y = np.meshgrid(np.arange(3), np.arange(2))
print(x, y)
