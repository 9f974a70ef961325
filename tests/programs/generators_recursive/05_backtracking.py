"""Generators that call themselves, change what only they have, and take it back."""


def queens(n):
    columns, rising = set(), set()
    falling = set()
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


for n in range(3, 6):
    solutions = list(queens(n))
    print(n, len(solutions), solutions[:2])
print(next(queens(6)))
for board in queens(6):
    print(board)
    if board[0] == 2:
        break


def paths(grid):
    """All ways through a grid, marked in a copy of it."""
    marks = [row[:] for row in grid]

    def go(r, c, way):
        if r == len(grid) - 1 and c == len(grid[0]) - 1:
            yield way, sum(map(sum, marks))
            return
        marks[r][c] += 10
        if r + 1 < len(grid):
            yield from go(r + 1, c, way + "d")
        if c + 1 < len(grid[0]):
            yield from go(r, c + 1, way + "r")
        marks[r][c] -= 10

    yield from go(0, 0, "")


for way, total in paths([[1, 2, 3], [4, 5, 6]]):
    print(way, total)
