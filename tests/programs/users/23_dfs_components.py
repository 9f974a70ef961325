"""Depth-first search: components, cycles, bipartite colouring, articulation points."""


class Graph:
    def __init__(self, edges, vertices=()):
        self.adjacent = {}
        for v in vertices:
            self.adjacent.setdefault(v, set())
        for u, v in edges:
            self.adjacent.setdefault(u, set()).add(v)
            self.adjacent.setdefault(v, set()).add(u)

    def __len__(self):
        return len(self.adjacent)

    def __getitem__(self, v):
        return sorted(self.adjacent[v])

    def __iter__(self):
        return iter(sorted(self.adjacent))

    def dfs(self, start, visited=None):
        if visited is None:
            visited = []
        visited.append(start)
        for v in self[start]:
            if v not in visited:
                self.dfs(v, visited)
        return visited

    def components(self):
        seen = set()
        for v in self:
            if v not in seen:
                component = self.dfs(v)
                seen.update(component)
                yield component

    def colouring(self):
        colour = {}
        for start in self:
            if start in colour:
                continue
            colour[start] = 0
            stack = [start]
            while stack:
                u = stack.pop()
                for v in self[u]:
                    if v not in colour:
                        colour[v] = 1 - colour[u]
                        stack.append(v)
                    elif colour[v] == colour[u]:
                        return None
        return colour

    def articulation_points(self):
        order, low, points = {}, {}, set()

        def visit(u, parent):
            order[u] = low[u] = len(order)
            children = 0
            for v in self[u]:
                if v == parent:
                    continue
                if v in order:
                    low[u] = min(low[u], order[v])
                else:
                    children += 1
                    visit(v, u)
                    low[u] = min(low[u], low[v])
                    if parent is not None and low[v] >= order[u]:
                        points.add(u)
            if parent is None and children > 1:
                points.add(u)

        for v in self:
            if v not in order:
                visit(v, None)
        return points


g = Graph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("d", "e"), ("f", "g")], vertices="h")
print(len(g), g.dfs("a"))
for i, component in enumerate(g.components(), 1):
    print(i, component)
colour = g.colouring()
print([v for v in g if colour[v] == 0], [v for v in g if colour[v] == 1])
print(sorted(g.articulation_points()))
triangle = Graph([(1, 2), (2, 3), (3, 1)])
print(triangle.colouring(), triangle[2], triangle.articulation_points() == set())
