"""Union-find with path compression, and Kruskal's spanning tree."""


class DisjointSet:
    def __init__(self, n):
        self.parent = list(range(n))
        self.size = [1] * n
        self.count = n

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.count -= 1
        return True

    def groups(self):
        out = {}
        for i in range(len(self.parent)):
            out.setdefault(self.find(i), []).append(i)
        return list(out.values())


def kruskal(n, edges):
    forest = DisjointSet(n)
    tree = []
    for w, u, v in sorted(edges):
        if forest.union(u, v):
            tree.append((u, v, w))
    return tree, forest.count


sets = DisjointSet(10)
for a, b in [(0, 1), (2, 3), (4, 5), (6, 7), (1, 3), (5, 7), (0, 2)]:
    print(a, b, sets.union(a, b), sets.count)
print(sets.groups())

edges = [(7, 0, 1), (5, 1, 2), (8, 0, 3), (9, 1, 3), (7, 1, 4), (5, 2, 4), (15, 3, 4), (6, 3, 5), (8, 4, 5), (9, 4, 6), (11, 5, 6)]
tree, components = kruskal(8, edges)
print(tree)
print("weight", sum(w for *_, w in tree), "components", components)

# Percolation: open cells one by one until top and bottom are joined.
size, seed = 12, 12345
grid = DisjointSet(size * size + 2)
top, bottom = size * size, size * size + 1
is_open = [False] * (size * size)
steps = 0
while grid.find(top) != grid.find(bottom):
    seed = (1664525 * seed + 1013904223) % 2**32
    cell = (seed >> 16) % (size * size)
    if is_open[cell]:
        continue
    is_open[cell] = True
    steps += 1
    r, c = divmod(cell, size)
    if r == 0:
        grid.union(cell, top)
    if r == size - 1:
        grid.union(cell, bottom)
    for rr, cc in [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]:
        if 0 <= rr < size and 0 <= cc < size and is_open[rr * size + cc]:
            grid.union(cell, rr * size + cc)
print(f"percolates after {steps} cells ({steps / size**2:.1%})")
