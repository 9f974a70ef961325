# Dataclasses, objects that hold arrays and lists.
from dataclasses import dataclass
import numpy as np
@dataclass
class P:
    x: float
    y: float = 0.5
    name: str = "p"
a = P(1.0)
b = P(1.0, 0.5)
print(a, a == b, P(2.0, name="q"), a.x + b.y)
a.x = 7.0
print(a, a == b)
class Grid:
    def __init__(self, n):
        self.u = np.zeros((n, n))
        self.u[0] = 1.0
        self.steps = 0
    def step(self):
        self.u[1:-1, 1:-1] = 0.25 * (self.u[:-2, 1:-1] + self.u[2:, 1:-1] + self.u[1:-1, :-2] + self.u[1:-1, 2:])
        self.steps += 1
g = Grid(6)
view = g.u[1]
for _ in range(10):
    g.step()
print(g.u.sum(), view[2], g.steps)
class Net:
    def __init__(self, sizes):
        self.w = [np.ones((m, n)) for m, n in zip(sizes[:-1], sizes[1:])]
    def forward(self, x):
        for w in self.w:
            x = np.tanh(x @ w)
        return x
print(Net([2, 3, 1]).forward(np.array([0.5, -0.25])))
class Rng:
    def __init__(self, seed):
        self.s = seed
    def next(self):
        self.s = (1103515245 * self.s + 12345) % 2147483648
        return self.s
r = Rng(1)
print([r.next() % 100 for _ in range(5)])
