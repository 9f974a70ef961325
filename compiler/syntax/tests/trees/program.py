# digits: 15 np.sqrt
"""A wave on a string."""
import numpy as np


def step(u, c):
    u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])


def run(n, k):
    u = np.zeros(n)
    u[n // 2] = 1.0
    for _ in range(k):
        step(u, 0.1)
    return u


u = run(1000, 100)
print(u.sum(), u[498:503])
print(f"norm: {np.sqrt((u ** 2).sum()):.6f}")
