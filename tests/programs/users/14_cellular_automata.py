"""Elementary cellular automata as lists, strings and NumPy arrays."""
import numpy as np


class Automaton:
    def __init__(self, rule, width):
        self.table = [(rule >> i) & 1 for i in range(8)]
        self.cells = [0] * width
        self.cells[width // 2] = 1

    def __iter__(self):
        return self

    def __next__(self):
        current = self.cells
        n = len(current)
        self.cells = [self.table[4 * current[i - 1] + 2 * current[i] + current[(i + 1) % n]] for i in range(n)]
        return current


def draw(cells, on="#", off="."):
    return "".join(on if c else off for c in cells)


for rule in (30, 90, 110):
    automaton = Automaton(rule, 31)
    print(f"rule {rule} = {rule:08b}")
    for _, row in zip(range(8), automaton):
        print("  " + draw(row))

# The same with arrays.
def run(rule, width, steps):
    table = np.array([int(b) for b in f"{rule:08b}"[::-1]])
    history = np.zeros((steps, width), dtype=np.uint8)
    history[0, width // 2] = 1
    for t in range(1, steps):
        row = history[t - 1]
        history[t] = table[4 * np.roll(row, 1) + 2 * row + np.roll(row, -1)]
    return history


history = run(30, 31, 8)
automaton = Automaton(30, 31)
assert all((np.array(next(automaton)) == row).all() for row in history)
print(history.sum(axis=1))
print("centre column:", "".join(map(str, history[:, 15])))
