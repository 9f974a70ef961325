# Heat in a square plate: one hot edge, a hole that is kept cold, explicit steps until nothing moves.
import numpy as np


def step(u, fixed, held, rate):
    """One explicit step of du/dt = div grad u; returns the largest change."""
    lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
    old = u[1:-1, 1:-1].copy()
    u[1:-1, 1:-1] += rate * lap
    u[fixed] = held[fixed]
    return np.abs(u[1:-1, 1:-1] - old).max()


def draw(u):
    """The plate as text, one character for every second row and column."""
    shades = " .:-=+*#%@"
    for row in u[::2]:
        line = ""
        for v in row:
            line += shades[min(9, int(v / 10.1))]
        print(line)


n = 32
u = np.zeros((n, n))
fixed = np.zeros((n, n), dtype=bool)
u[0] = 100.0                       # the upper edge is hot
u[:, 0] = np.linspace(100, 0, n)   # the left edge falls off
fixed[12:18, 14:22] = True         # the hole
held = u.copy()

total = 0
for target in (1.0, 0.1, 0.01, 0.001):
    change = 1e9
    while change > target:
        change = step(u, fixed, held, 0.25)
        total += 1
    print(f"after {total} steps the change is below {target}: mean {u.mean():.4f}, centre {u[24, 16]:.4f}")

draw(u)
inner = u[1:-1, 1:-1]
residual = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * inner
residual[fixed[1:-1, 1:-1]] = 0
print(f"largest residual {np.abs(residual).max():.5f}, hottest inner point {inner.max():.3f}, column means:")
print(np.round(u.mean(axis=0)[::4], 3))
