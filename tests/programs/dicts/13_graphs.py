"""Graphs: dict of lists, sets as seen, dict of dicts."""
graph = {}
edges = [(1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (5, 6), (7, 8)]
for a, b in edges:
    if a not in graph:
        graph[a] = []
    if b not in graph:
        graph[b] = []
    graph[a].append(b)
    graph[b].append(a)
print(graph)

def bfs(graph, start):
    seen = {start}
    queue = [start]
    order = []
    while queue:
        n = queue.pop(0)
        order.append(n)
        for m in graph[n]:
            if m not in seen:
                seen.add(m)
                queue.append(m)
    return order
print(bfs(graph, 1), bfs(graph, 7))

def dfs(graph, n, seen):
    seen.add(n)
    for m in graph[n]:
        if m not in seen:
            dfs(graph, m, seen)
    return seen
print(sorted(dfs(graph, 1, set())))

weights = {"a": {"b": 1, "c": 4}, "b": {"c": 2, "d": 5}, "c": {"d": 1}, "d": {}}
def dijkstra(weights, start):
    dist = {start: 0}
    done = set()
    while len(done) < len(weights):
        best = None
        bd = 10 ** 9
        for n in dist:
            if n not in done and dist[n] < bd:
                bd = dist[n]
                best = n
        if best is None:
            break
        done.add(best)
        for m, w in weights[best].items():
            nd = bd + w
            if m not in dist or nd < dist[m]:
                dist[m] = nd
    return dist
print(dijkstra(weights, "a"))

table = {}
for i in range(3):
    table[i] = {}
    for j in range(3):
        table[i][j] = i * j
print(table, table[2][2])
