def combos(items, k, chosen=()):
    if k == 0:
        return [chosen]
    out = []
    for i in range(len(items)):
        out += combos(items[i + 1:], k - 1, chosen + (items[i],))
    return out


def countdown(n):
    if n == 0:
        return ()
    return (n,) + countdown(n - 1)


print(combos([1, 2, 3, 4], 2))
print(combos("abcd", 3))
print(countdown(6), countdown(0), len(countdown(40)))


def paths(grid, r, c, path):
    if r == len(grid) - 1 and c == len(grid[0]) - 1:
        yield_to.append(path)
        return
    if r + 1 < len(grid):
        paths(grid, r + 1, c, path + ((r + 1, c),))
    if c + 1 < len(grid[0]):
        paths(grid, r, c + 1, path + ((r, c + 1),))


yield_to = []
paths([[0, 0, 0], [0, 0, 0]], 0, 0, ((0, 0),))
for p in yield_to:
    print(p)
