"""A* on a weighted grid with obstacles, and the 8-puzzle."""
from heapq import heappush, heappop

FIELD = [
    "..........",
    ".####.###.",
    ".#..#.#...",
    ".#.~~~#.#.",
    "...~.~..#.",
    ".#.~~~###.",
    ".#........",
]
COST = {".": 1, "~": 4}


def a_star(start, goal, neighbours, heuristic):
    open_heap = [(heuristic(start, goal), 0, start)]
    g = {start: 0}
    parent = {start: None}
    closed = set()
    while open_heap:
        _, cost, node = heappop(open_heap)
        if node in closed:
            continue
        if node == goal:
            path = []
            while node is not None:
                path.append(node)
                node = parent[node]
            return cost, path[::-1], len(closed)
        closed.add(node)
        for other, step in neighbours(node):
            new = cost + step
            if new < g.get(other, float("inf")):
                g[other] = new
                parent[other] = node
                heappush(open_heap, (new + heuristic(other, goal), new, other))
    return None


def field_neighbours(cell):
    x, y = cell
    for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
        nx, ny = x + dx, y + dy
        if 0 <= ny < len(FIELD) and 0 <= nx < len(FIELD[ny]) and FIELD[ny][nx] != "#":
            yield (nx, ny), COST[FIELD[ny][nx]]


def manhattan(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


cost, path, expanded = a_star((2, 2), (9, 6), field_neighbours, manhattan)
print("cost", cost, "length", len(path), "expanded", expanded)
on_path = set(path)
for y, row in enumerate(FIELD):
    print("".join("*" if (x, y) in on_path else ch for x, ch in enumerate(row)))


def puzzle_neighbours(state):
    i = state.index("0")
    r, c = divmod(i, 3)
    for rr, cc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
        if 0 <= rr < 3 and 0 <= cc < 3:
            j = rr * 3 + cc
            tiles = list(state)
            tiles[i], tiles[j] = tiles[j], tiles[i]
            yield "".join(tiles), 1


def misplaced(a, b):
    return sum(abs(i // 3 - b.index(t) // 3) + abs(i % 3 - b.index(t) % 3) for i, t in enumerate(a) if t != "0")


result = a_star("125340678", "012345678", puzzle_neighbours, misplaced)
if result is not None:
    cost, path, expanded = result
    print(cost, path)
print(a_star((0, 0), (1, 1), field_neighbours, manhattan))
