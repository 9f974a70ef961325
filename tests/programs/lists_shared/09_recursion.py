# Grids that recursion fills, and lists that functions keep.
def walk(grid, i, j, seen, path, paths):
    if i < 0 or j < 0 or i >= len(grid) or j >= len(grid[0]) or grid[i][j] == "#" or seen[i][j]:
        return
    path.append((i, j))
    if i == len(grid) - 1 and j == len(grid[0]) - 1:
        paths.append(path[:])
    else:
        seen[i][j] = True
        for di, dj in [(0, 1), (1, 0), (0, -1), (-1, 0)]:
            walk(grid, i + di, j + dj, seen, path, paths)
        seen[i][j] = False
    path.pop()
grid = ["..#", "...", "#.."]
paths = []
walk(grid, 0, 0, [[False] * 3 for _ in range(3)], [], paths)
for p in paths:
    print(p)
def parts(xs):
    if len(xs) == 1:
        return [[[xs[0]]]]
    out = []
    for p in parts(xs[1:]):
        out.append([[xs[0]]] + p)
        for k in range(len(p)):
            out.append(p[:k] + [[xs[0]] + p[k]] + p[k + 1:])
    return out
for p in parts([1, 2, 3]):
    print(p)
kept = []
def keep(x):
    kept.append(x)
    return kept[-1]
a = keep([1])
b = keep(a)
b.append(2)
print(kept, a is b)
