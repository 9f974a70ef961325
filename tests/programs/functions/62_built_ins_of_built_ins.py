"""Built-ins that are asked for the items of others: sums of sums, the largest of the smallest."""


def totals(rows):
    print(sum(map(sum, rows)), max(map(max, rows)), min(map(min, rows)))
    print(max(map(min, rows)), min(map(max, rows)), any(map(all, rows)), all(map(any, rows)))
    print(list(map(list, map(sorted, rows))), list(map(sum, map(sorted, rows))))
    print(sorted(map(sorted, rows)), [sum(map(max, [r, r])) for r in rows])
    print(sum(map(len, map(list, map(reversed, rows)))), tuple(map(tuple, rows)))
    print(sum(map(lambda r: sum(map(abs, r)), rows)), max(map(lambda r: max(map(abs, r)), rows)))
    print([repr(list(map(list, [r, r]))) for r in rows])


totals([[1, 2], [3, -4, 0], [7]])
print(sum(map(sum, [[1, 2], [3, 4]])), max(map(max, [[1, 2], [3, 4]])))
print(sum(sum(sum(row) for row in grid) for grid in [[[1, 2], [3]], [[4]]]))
