"""Shortest way through a maze by breadth-first search, drawn on the map."""
from collections import deque

MAZE = """\
##########
#S  #    #
# # # ## #
# #   #  #
# ##### ##
#     #  #
# ### ## #
#   #   E#
##########"""


def find(grid, mark):
    for r, row in enumerate(grid):
        if mark in row:
            return r, row.index(mark)
    raise ValueError(f"no {mark} in the maze")


def neighbours(grid, r, c):
    for dr, dc in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        if grid[r + dr][c + dc] != "#":
            yield r + dr, c + dc


def shortest_path(grid, start, goal):
    came_from = {start: None}
    frontier = deque([start])
    while frontier:
        cell = frontier.popleft()
        if cell == goal:
            break
        for step in neighbours(grid, *cell):
            if step not in came_from:
                came_from[step] = cell
                frontier.append(step)
    else:
        return []
    path = []
    while cell is not None:
        path.append(cell)
        cell = came_from[cell]
    return path[::-1]


def distances(grid, start):
    seen = {start}
    level, d = [start], 0
    while level:
        yield d, len(level)
        following = []
        for r, c in level:
            for cell in neighbours(grid, r, c):
                if cell not in seen:
                    seen.add(cell)
                    following.append(cell)
        level = following
        d += 1


grid = [list(line) for line in MAZE.splitlines()]
start, goal = find(grid, "S"), find(grid, "E")
path = shortest_path(grid, start, goal)
print(f"from {start} to {goal} in {len(path) - 1} steps")
for r, c in path[1:-1]:
    grid[r][c] = "."
print("\n".join("".join(row) for row in grid))
print(dict(distances(grid, start)))
grid[7][8] = grid[7][7] = "#"
grid[6][8] = "E"
grid[5][8] = grid[5][7] = "#"
print(shortest_path(grid, start, (6, 8)))
try:
    find(grid, "X")
except ValueError as e:
    print(e)
