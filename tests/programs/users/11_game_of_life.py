"""Conway's game of life on a set of live cells and on a NumPy grid; both must agree."""
from collections import Counter
import numpy as np

GLIDER = """
.#.
..#
###
"""


def parse(text):
    return {(r, c) for r, row in enumerate(text.split()) for c, ch in enumerate(row) if ch == "#"}


def neighbours(cell):
    r, c = cell
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            if (dr, dc) != (0, 0):
                yield r + dr, c + dc


def step(cells):
    counts = Counter(n for cell in cells for n in neighbours(cell))
    return {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in cells)}


def step_grid(grid):
    padded = np.pad(grid, 1)
    total = sum(padded[1 + dr:padded.shape[0] - 1 + dr, 1 + dc:padded.shape[1] - 1 + dc]
                for dr in (-1, 0, 1) for dc in (-1, 0, 1)) - grid
    return ((total == 3) | ((total == 2) & (grid == 1))).astype(int)


def show(cells, size):
    for r in range(size):
        print("".join("#" if (r, c) in cells else "." for c in range(size)))


cells = parse(GLIDER)
grid = np.zeros((12, 12), dtype=int)
for r, c in cells:
    grid[r, c] = 1
for generation in range(20):
    cells = step(cells)
    grid = step_grid(grid)
    alive = {(int(r), int(c)) for r, c in np.argwhere(grid)}
    assert alive == cells, generation
    if generation % 5 == 4:
        print(f"generation {generation + 1}: {len(cells)} cells, {sorted(cells)}")
show(cells, 9)

blinker = {(1, 0), (1, 1), (1, 2)}
print(step(blinker) == {(0, 1), (1, 1), (2, 1)}, step(step(blinker)) == blinker)
