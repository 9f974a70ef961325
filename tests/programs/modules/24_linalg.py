"""numpy.linalg: systems, factors, norms, least squares, and what they raise."""
import numpy as np
from numpy.linalg import LinAlgError, det, inv, norm, solve
import numpy.linalg as la

A = np.array([[4.0, 3, 2, 1], [3, 4, 3, 2], [2, 3, 4, 3], [1, 2, 3, 4]])
b = np.array([1, 2, 3, 5])
print(np.round(solve(A, b) + 0.0, 6), np.allclose(A @ solve(A, np.eye(4)), np.eye(4)))
print(round(float(det(A)), 6), det([[1, 2], [2, 4]]), round(det(np.array([[0, 2], [3, 4]])), 9))
print(np.round(inv([[1, 2], [3, 4]]), 6))
print(la.cholesky(A).round(5))
Q, R = la.qr(A)
print(Q.round(4), R.round(4))
r = la.qr(A[:, :2])
print(r.Q.shape, r.R.round(4), la.qr(A[:, :2], mode="complete").Q.shape, la.qr(A[:2], mode="r").round(4))
print(la.eigvalsh(A).round(6), la.svd(A, compute_uv=False).round(6), la.svdvals(A).round(5))
v = np.array([3.0, -4.0, 12.0])
print(norm(v), norm(v, 1), norm(v, np.inf), norm(v, -np.inf), norm(v, 0), round(norm(v, 3), 9), norm([3, 4]))
print(norm(A), norm(A, "fro"), norm(A, 1), norm(A, np.inf), norm(A, -1), round(norm(A, 2), 9), round(norm(A, "nuc"), 9))
print(norm(A, axis=0).round(6), norm(A, axis=1, ord=1), norm(A, axis=1, keepdims=True).round(4), norm(A, axis=(0, 1)))
print(la.matrix_rank(A), la.matrix_rank([[1, 2], [2, 4]]), round(la.cond(A), 6), la.matrix_power(np.array([[1, 1], [1, 0]]), 10))
x, res, rank, s = la.lstsq(A[:, :2], b, rcond=None)
print(x.round(6), res.round(6), rank, s.round(6))
print(la.pinv(A[:, :2]).round(6))
print(la.slogdet(A)[0], round(la.slogdet(A)[1], 9))
print(la.lstsq(A[:2], b[:2], rcond=None)[0].round(6))
for wrong in (lambda: solve([[1, 2], [2, 4]], [1, 2]), lambda: inv(np.zeros((2, 2))), lambda: det([1, 2]),
              lambda: inv(np.ones((2, 3))), lambda: la.cholesky([[1, 2], [2, 1]]), lambda: solve(A, [1, 2])):
    try:
        print(wrong())
    except LinAlgError as e:
        print("LinAlgError", e)
    except ValueError as e:
        print("ValueError", e)
inv([[1, 2], [2, 4]])
