"""N queens: backtracking with sets, with bit masks, and permutations; drawn boards."""
from itertools import permutations


def queens(n):
    columns, rising, falling = set(), set(), set()
    placed = []

    def place(row):
        if row == n:
            yield tuple(placed)
            return
        for col in range(n):
            if col in columns or row + col in rising or row - col in falling:
                continue
            columns.add(col)
            rising.add(row + col)
            falling.add(row - col)
            placed.append(col)
            yield from place(row + 1)
            placed.pop()
            columns.remove(col)
            rising.discard(row + col)
            falling.discard(row - col)

    yield from place(0)


def count_bits(n, columns=0, left=0, right=0):
    full = (1 << n) - 1
    if columns == full:
        return 1
    total = 0
    free = full & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        total += count_bits(n, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return total


def by_permutations(n):
    return [p for p in permutations(range(n))
            if len({c + r for r, c in enumerate(p)}) == len({c - r for r, c in enumerate(p)}) == n]


def symmetries(board):
    n = len(board)
    seen = set()
    for _ in range(2):
        for _ in range(4):
            seen.add(board)
            rotated = [0] * n
            for row, col in enumerate(board):
                rotated[col] = n - 1 - row
            board = tuple(rotated)
        board = tuple(reversed(board))
    return seen


def safe(board, row, col):
    return all(c != col and abs(c - col) != row - r for r, c in enumerate(board[:row]))


for n in range(1, 8):
    solutions = list(queens(n))
    print(n, len(solutions), count_bits(n), solutions[0] if solutions else "none")
assert by_permutations(6) == list(queens(6))
unique = set()
for board in queens(6):
    if not symmetries(board) & unique:
        unique.add(board)
print("fundamental for 6:", sorted(unique))
first = next(queens(8))
for col in first:
    print(" ".join("Q" if c == col else "." for c in range(8)))
print(all(safe(first, r, c) for r, c in enumerate(first)))
