"""Frozen dataclasses and tuples of them as keys of dicts and sets."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    row: int
    col: int


seen = {Cell(1, 2): "a", Cell(3, 4): "b"}
print(seen, seen[Cell(1, 2)], Cell(0, 0) in seen)
k = Cell(5, 6)
seen[k] = "c"
seen[Cell(5, 6)] = "d"
print(len(seen), {Cell(i % 2, 0) for i in range(5)} == {Cell(0, 0), Cell(1, 0)})
pairs = {}
pairs[Cell(0, 0), 1] = 2.5
print(pairs[Cell(0, 0), 1], (Cell(0, 0), 2) in pairs)
print(pairs[Cell(0, 1), 1])
