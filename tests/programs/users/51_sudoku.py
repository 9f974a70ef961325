"""A sudoku solver with candidates and backtracking."""

PUZZLE = """
53..7....
6..195...
.98....6.
8...6...3
4..8.3..1
7...2...6
.6....28.
...419..5
....8..79
"""


class Sudoku:
    def __init__(self, text):
        rows = text.split()
        self.cells = [[int(c) if c.isdigit() else 0 for c in row] for row in rows]
        self.guesses = 0

    def row(self, r):
        return self.cells[r]

    def column(self, c):
        return [self.cells[r][c] for r in range(9)]

    def block(self, r, c):
        r0, c0 = r // 3 * 3, c // 3 * 3
        return [self.cells[r0 + i][c0 + j] for i in range(3) for j in range(3)]

    def candidates(self, r, c):
        used = set(self.row(r)) | set(self.column(c)) | set(self.block(r, c))
        return [d for d in range(1, 10) if d not in used]

    def most_constrained(self):
        best = None
        for r in range(9):
            for c in range(9):
                if self.cells[r][c] == 0:
                    options = self.candidates(r, c)
                    if best is None or len(options) < len(best[2]):
                        best = (r, c, options)
                        if len(options) <= 1:
                            return best
        return best

    def solve(self):
        found = self.most_constrained()
        if found is None:
            return True
        r, c, options = found
        for digit in options:
            self.cells[r][c] = digit
            self.guesses += 1
            if self.solve():
                return True
        self.cells[r][c] = 0
        return False

    def is_valid(self):
        groups = [self.row(i) for i in range(9)] + [self.column(i) for i in range(9)]
        groups += [self.block(r, c) for r in (0, 3, 6) for c in (0, 3, 6)]
        return all(sorted(g) == list(range(1, 10)) for g in groups)

    def __str__(self):
        lines = []
        for r, row in enumerate(self.cells):
            if r and r % 3 == 0:
                lines.append("------+-------+------")
            text = [str(d or ".") for d in row]
            lines.append(" | ".join(" ".join(text[i:i + 3]) for i in (0, 3, 6)))
        return "\n".join(lines)


game = Sudoku(PUZZLE)
print("empty cells:", sum(row.count(0) for row in game.cells))
print(game.candidates(0, 2), game.most_constrained())
print(game.solve(), game.is_valid(), game.guesses)
print(game)
hard = Sudoku("1....7.9. .3..2...8 ..96..5.. ..53..9.. .1..8...2 6....4... 3......1. .4......7 ..7...3..")
if hard.solve():
    print(hard.is_valid(), "".join(map(str, hard.cells[0])), hard.guesses)
impossible = Sudoku("55......." + " ........." * 8)
print(impossible.is_valid(), impossible.column(0)[:2])
