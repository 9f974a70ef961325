"""All shortest paths, with the routes, and transitive closure; lists against NumPy."""
import numpy as np

INF = float("inf")


def floyd_warshall(weights):
    n = len(weights)
    dist = [row[:] for row in weights]
    nxt = [[j if weights[i][j] < INF else None for j in range(n)] for i in range(n)]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                through = dist[i][k] + dist[k][j]
                if through < dist[i][j]:
                    dist[i][j] = through
                    nxt[i][j] = nxt[i][k]
    if any(dist[i][i] < 0 for i in range(n)):
        raise ValueError("negative cycle")
    return dist, nxt


def route(nxt, i, j):
    if nxt[i][j] is None:
        return []
    path = [i]
    while i != j:
        i = nxt[i][j]
        path.append(i)
    return path


edges = {(0, 2): -2, (1, 0): 4, (1, 2): 3, (2, 3): 2, (3, 1): -1}
n = 5
weights = [[0 if i == j else edges.get((i, j), INF) for j in range(n)] for i in range(n)]
dist, nxt = floyd_warshall(weights)
for row in dist:
    print(" ".join(f"{d:5}" for d in row))
for i in range(n):
    for j in range(n):
        if i != j and dist[i][j] < INF:
            print(f"{i}->{j}: {dist[i][j]:>2} via {route(nxt, i, j)}")

d = np.array(weights, dtype=float)
for k in range(n):
    d = np.minimum(d, d[:, k, None] + d[None, k, :])
print((d == np.array(dist)).all())

reach = np.array(weights) < INF
for k in range(n):
    reach |= reach[:, [k]] & reach[[k], :]
print(reach.astype(int))
weights[3][1] = -10
try:
    floyd_warshall(weights)
except ValueError as e:
    print("error:", e)
