"""QR by Householder reflections kept as a list of vectors, and least squares with it."""
import numpy as np


def householder(x):
    v = x.astype(float).copy()
    sign = 1.0 if v[0] >= 0 else -1.0
    v[0] += sign * np.linalg.norm(x)
    norm = np.linalg.norm(v)
    return v / norm if norm > 0 else v


def qr(A):
    R = A.astype(float)
    m, n = R.shape
    reflectors = []
    for k in range(min(m - 1, n)):
        v = householder(R[k:, k])
        R[k:, k:] -= 2 * np.outer(v, v @ R[k:, k:])
        reflectors.append(v)
    return reflectors, R


def apply_qt(reflectors, b):
    y = b.astype(float).copy()
    for k, v in enumerate(reflectors):
        y[k:] -= 2 * v * (v @ y[k:])
    return y


def form_q(reflectors, m):
    Q = np.eye(m)
    for k in reversed(range(len(reflectors))):
        v = reflectors[k]
        Q[k:, k:] -= 2 * np.outer(v, v @ Q[k:, k:])
    return Q


def least_squares(A, b):
    reflectors, R = qr(A)
    n = A.shape[1]
    y = apply_qt(reflectors, b)
    x = np.empty(n)
    for i in range(n)[::-1]:
        x[i] = (y[i] - R[i, i + 1:n] @ x[i + 1:]) / R[i, i]
    return x, float(np.sqrt((y[n:] ** 2).sum()))


t = np.linspace(0.0, 3.0, 7)
y = 1.5 - 0.5 * t + 2.0 * t ** 2 + np.array([0.1, -0.1, 0.05, 0.0, -0.05, 0.1, -0.1])
A = np.vander(t, 3, increasing=True)
reflectors, R = qr(A)
Q = form_q(reflectors, 7)
print([len(v) for v in reflectors])
print("orthogonal:", np.allclose(Q.T @ Q, np.eye(7)))
print("A = QR:", np.allclose(Q @ R, A))
print("upper:", np.abs(np.tril(R, -1)).max() < 1e-12)
x, residual = least_squares(A, y)
print("coefficients", [f"{c:.4f}" for c in x], f"residual {residual:.4f}")
print("normal equations:", np.allclose(A.T @ A @ x, A.T @ y))
fitted = A @ x
for ti, yi, fi in zip(t, y, fitted):
    print(f"{ti:4.1f} {yi:8.3f} {fi:8.3f} {yi - fi:+.3f}")
