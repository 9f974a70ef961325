"""Linear systems as lists of arrays: elimination with pivots, inverse, determinant, rank."""
import numpy as np


class SingularMatrix(ArithmeticError):
    pass


def solve(A, b):
    rows = [np.append(row, rhs) for row, rhs in zip(np.array(A, dtype=float), b)]
    n = len(rows)
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if abs(rows[pivot][k]) < 1e-12:
            raise SingularMatrix(f"no pivot in column {k}")
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i] = rows[i] - factor * rows[k]
    x = np.zeros(n)
    for i in reversed(range(n)):
        x[i] = (rows[i][-1] - rows[i][i + 1:n] @ x[i + 1:]) / rows[i][i]
    return x


def determinant(A):
    a = [list(map(float, row)) for row in A]
    det = 1.0
    for k in range(len(a)):
        p = max(range(k, len(a)), key=lambda i: abs(a[i][k]))
        if a[p][k] == 0:
            return 0.0
        if p != k:
            a[k], a[p] = a[p], a[k]
            det = -det
        det *= a[k][k]
        for i in range(k + 1, len(a)):
            f = a[i][k] / a[k][k]
            for j in range(k, len(a)):
                a[i][j] -= f * a[k][j]
    return det


def inverse(A):
    n = len(A)
    columns = [solve(A, row) for row in np.eye(n)]
    return np.column_stack(columns)


def rank(A):
    m = np.array(A, dtype=float)
    r = 0
    for c in range(m.shape[1]):
        p = next((i for i in range(r, m.shape[0]) if abs(m[i, c]) > 1e-9), None)
        if p is None:
            continue
        m[[r, p]] = m[[p, r]]
        m[r] /= m[r, c]
        for i in range(m.shape[0]):
            if i != r:
                m[i] -= m[i, c] * m[r]
        r += 1
    return r


A = [[2, 1, -1], [-3, -1, 2], [-2, 1, 2]]
b = [8, -11, -3]
x = solve(A, b)
print(np.round(x, 10), np.allclose(np.array(A) @ x, b))
print(round(determinant(A), 10), determinant([[1, 2], [2, 4]]))
inv = inverse(A)
print(np.round(inv, 6))
print(np.abs(inv @ np.array(A) - np.eye(3)).max() < 1e-12)
print(rank(A), rank([[1, 2, 3], [2, 4, 6], [1, 0, 1]]), rank([[0, 0], [0, 0]]))
n = 6
hilbert = [[1 / (i + j + 1) for j in range(n)] for i in range(n)]
ones = solve(hilbert, [sum(row) for row in hilbert])
print(np.abs(ones - 1).max() < 1e-8, f"{determinant(hilbert):.3e}")
try:
    solve([[1, 2], [2, 4]], [1, 2])
except SingularMatrix as e:
    print("singular:", e)
