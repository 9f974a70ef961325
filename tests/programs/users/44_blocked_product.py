"""Matrix products: naive, blocked with a grid of arrays, Strassen, and a chain of powers."""
import numpy as np


def naive(A, B):
    n, m, p = len(A), len(B), len(B[0])
    C = [[0] * p for _ in range(n)]
    for i in range(n):
        for j in range(p):
            C[i][j] = sum(A[i][k] * B[k][j] for k in range(m))
    return C


def zip_product(A, B):
    columns = list(zip(*B))
    return [[sum(a * b for a, b in zip(row, col)) for col in columns] for row in A]


def split(M, size):
    """A matrix as a grid (list of lists) of blocks."""
    return [[M[i:i + size, j:j + size] for j in range(0, M.shape[1], size)] for i in range(0, M.shape[0], size)]


def blocked(A, B, size):
    a, b = split(A, size), split(B, size)
    rows = []
    for i in range(len(a)):
        row = []
        for j in range(len(b[0])):
            block = np.zeros((a[i][0].shape[0], b[0][j].shape[1]), dtype=A.dtype)
            for k in range(len(b)):
                block += a[i][k] @ b[k][j]
            row.append(block)
        rows.append(np.hstack(row))
    return np.vstack(rows)


def strassen(A, B):
    n = A.shape[0]
    if n <= 2:
        return A @ B
    h = n // 2
    a, b, c, d = A[:h, :h], A[:h, h:], A[h:, :h], A[h:, h:]
    e, f, g, k = B[:h, :h], B[:h, h:], B[h:, :h], B[h:, h:]
    p1 = strassen(a, f - k)
    p2 = strassen(a + b, k)
    p3 = strassen(c + d, e)
    p4 = strassen(d, g - e)
    p5 = strassen(a + d, e + k)
    p6 = strassen(b - d, g + k)
    p7 = strassen(a - c, e + f)
    return np.block([[p5 + p4 - p2 + p6, p1 + p2], [p3 + p4, p1 + p5 - p3 - p7]])


def power(M, n):
    result = np.eye(len(M), dtype=M.dtype)
    while n:
        if n & 1:
            result = result @ M
        M = M @ M
        n >>= 1
    return result


A = np.arange(64).reshape(8, 8) % 7 - 3
B = (np.arange(64).reshape(8, 8) * 5) % 11 - 5
expected = A @ B
print(expected[0], int(np.trace(expected)))
print("naive", np.array_equal(naive(A.tolist(), B.tolist()), expected))
print("zip", zip_product(A.tolist(), B.tolist()) == expected.tolist())
for size in (1, 3, 4, 8):
    print("blocked", size, (blocked(A, B, size) == expected).all())
print("strassen", (strassen(A, B) == expected).all())
F = np.array([[1, 1], [1, 0]])
print([int(power(F, n)[0, 1]) for n in (1, 2, 10, 50, 90)])
blocks = split(A, 4)
print([[int(block.sum()) for block in row] for row in blocks])
for row in blocks:
    for block in row:
        block *= 2
print(A.sum(), blocks[1][0][0])
