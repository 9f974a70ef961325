import numpy as np
def step(u, c):
    u[1:-1] += c * (u[:-2] - 2 * u[1:-1] + u[2:])      # overlap; a mutated parameter; symbolic dims
def run(n, k):
    u = np.zeros(n)
    u[n // 2] = 1.0
    for _ in range(k):
        step(u, 0.1)
    return u
u = run(1000, 100)
print(u.sum(), u[498:503])
print(u[2000])                                          # IndexError in NumPy's words, traceback, exit 1
