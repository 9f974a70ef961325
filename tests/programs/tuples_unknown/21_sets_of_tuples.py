"""Sets of tuples of a length that only run time knows, made by maps of maps."""


def same(rows):
    print(set(map(tuple, map(set, rows))) == {tuple(set(r)) for r in rows})
    print(sorted(set(map(tuple, rows))), len({tuple(r) for r in rows + rows}))


same([[1, 2], [3, -4, 0], [7]])
