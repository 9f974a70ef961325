"""Power iteration, deflation, inverse iteration and Jacobi rotations for a symmetric matrix."""
import numpy as np


def power_iteration(A, tol=1e-12, max_steps=2000):
    x = np.ones(len(A)) / np.sqrt(len(A))
    value = 0.0
    for step in range(1, max_steps + 1):
        y = A @ x
        new_value = x @ y
        x = y / np.linalg.norm(y)
        if abs(new_value - value) < tol:
            return new_value, x, step
        value = new_value
    raise RuntimeError(f"no convergence in {max_steps} steps")


def deflate(A, count):
    A = A.copy()
    values = []
    for _ in range(count):
        value, vector, _ = power_iteration(A)
        values.append(float(value))
        A -= value * np.outer(vector, vector)
    return values


def jacobi(A, sweeps=30):
    A = A.copy()
    n = A.shape[0]
    V = np.identity(n)
    for sweep in range(sweeps):
        off = np.sqrt((A ** 2).sum() - (np.diag(A) ** 2).sum())
        if off < 1e-10:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(A[p, q]) < 1e-15:
                    continue
                theta = (A[q, q] - A[p, p]) / (2 * A[p, q])
                t = np.sign(theta) / (abs(theta) + np.sqrt(theta * theta + 1)) if theta != 0 else 1.0
                c = 1 / np.sqrt(t * t + 1)
                s = t * c
                J = np.eye(n)
                J[p, p] = J[q, q] = c
                J[p, q], J[q, p] = s, -s
                A = J.T @ A @ J
                V = V @ J
    order = np.argsort(np.diag(A))[::-1]
    return np.diag(A)[order], V[:, order], sweep


A = np.array([[4.0, 1.0, 2.0, 0.5], [1.0, 3.0, 0.0, 1.0], [2.0, 0.0, 5.0, 1.5], [0.5, 1.0, 1.5, 2.0]])
value, vector, steps = power_iteration(A)
print(f"largest {value:.8f}, {steps > 5}, residual ok {np.allclose(A @ vector, value * vector, atol=1e-5)}")
print([round(v, 6) for v in deflate(A, 4)])
values, vectors, sweeps = jacobi(A)
print(np.round(values, 6), sweeps < 10)
print("trace", np.isclose(values.sum(), np.trace(A)), "orthonormal", np.allclose(vectors.T @ vectors, np.eye(4)))
print("decomposition", np.allclose(vectors @ np.diag(values) @ vectors.T, A))
print("smallest", f"{values.min():.6f}", "condition", f"{values.max() / values.min():.4f}")

# PageRank on a small web.
links = {0: [1, 2], 1: [2], 2: [0], 3: [0, 2]}
n = len(links)
M = np.zeros((n, n))
for page, targets in links.items():
    for target in targets:
        M[target, page] = 1 / len(targets)
rank = np.full(n, 1 / n)
for _ in range(100):
    rank = 0.85 * M @ rank + 0.15 / n
print(rank.round(4), round(float(rank.sum()), 6))
try:
    power_iteration(np.array([[0.0, 1.0], [-1.0, 0.5]]), max_steps=50)
except RuntimeError as e:
    print(e)
