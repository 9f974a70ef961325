"""LU with partial pivoting and Cholesky, as people write them with NumPy."""
import numpy as np


def lu(A):
    """P, L, U with A[P] = L @ U."""
    U = np.array(A, dtype=np.float64)
    n, m = U.shape
    if n != m:
        raise ValueError(f"matrix must be square, got {U.shape}")
    L = np.eye(n)
    P = np.arange(n)
    for k in range(n - 1):
        p = k + np.argmax(np.abs(U[k:, k]))
        if p != k:
            U[[k, p], k:] = U[[p, k], k:]
            L[[k, p], :k] = L[[p, k], :k]
            P[[k, p]] = P[[p, k]]
        L[k + 1:, k] = U[k + 1:, k] / U[k, k]
        U[k + 1:, k:] -= np.outer(L[k + 1:, k], U[k, k:])
    return P, L, np.triu(U)


def forward(L, b):
    y = np.zeros_like(b, dtype=float)
    for i in range(len(b)):
        y[i] = (b[i] - L[i, :i] @ y[:i]) / L[i, i]
    return y


def backward(U, y):
    x = np.zeros_like(y)
    for i in range(len(y) - 1, -1, -1):
        x[i] = (y[i] - U[i, i + 1:] @ x[i + 1:]) / U[i, i]
    return x


def cholesky(A):
    n = A.shape[0]
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j] - L[i, :j] @ L[j, :j]
            if i == j:
                if s <= 0:
                    raise np.linalg.LinAlgError("matrix is not positive definite")
                L[i, i] = np.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    return L


A = np.array([[4, 3, 2, 1], [3, 4, 3, 2], [2, 3, 4, 3], [1, 2, 3, 4]])
b = np.array([1, 2, 3, 5])
P, L, U = lu(A)
print("P", P)
print(np.round(L, 4))
print(np.round(U, 4))
print("LU == A[P]:", np.allclose(L @ U, A[P]))
x = backward(U, forward(L, b[P]))
print("x", np.round(x, 6), "residual ok:", np.abs(A @ x - b).max() < 1e-12)
print("det", round(float(np.prod(np.diag(U))), 6))
C = cholesky(A)
print(np.round(C, 4))
print(np.allclose(C @ C.T, A), np.allclose(backward(C.T, forward(C, b)), x))
try:
    cholesky(A - 4 * np.eye(4))
except np.linalg.LinAlgError as e:
    print("LinAlgError:", e)
try:
    lu(np.ones((2, 3)))
except ValueError as e:
    print("ValueError:", e)
