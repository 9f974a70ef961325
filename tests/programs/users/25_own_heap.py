"""A binary heap class written by hand, used for Dijkstra on a grid and for merging."""


class Heap:
    def __init__(self, items=(), key=lambda x: x):
        self.key = key
        self.items = list(items)
        for i in reversed(range(len(self.items) // 2)):
            self._down(i)

    def __len__(self):
        return len(self.items)

    def __bool__(self):
        return bool(self.items)

    def push(self, item):
        self.items.append(item)
        self._up(len(self.items) - 1)

    def pop(self):
        if not self.items:
            raise IndexError("pop from an empty heap")
        top = self.items[0]
        last = self.items.pop()
        if self.items:
            self.items[0] = last
            self._down(0)
        return top

    def _up(self, i):
        while i > 0:
            parent = (i - 1) // 2
            if self.key(self.items[i]) >= self.key(self.items[parent]):
                break
            self.items[i], self.items[parent] = self.items[parent], self.items[i]
            i = parent

    def _down(self, i):
        n = len(self.items)
        while True:
            smallest = i
            for child in (2 * i + 1, 2 * i + 2):
                if child < n and self.key(self.items[child]) < self.key(self.items[smallest]):
                    smallest = child
            if smallest == i:
                return
            self.items[i], self.items[smallest] = self.items[smallest], self.items[i]
            i = smallest


heap = Heap([5, 3, 8, 1, 9, 2])
heap.push(4)
heap.push(0)
print([heap.pop() for _ in range(len(heap))], bool(heap))
try:
    heap.pop()
except IndexError as e:
    print("IndexError:", e)

words = Heap("the quick brown fox jumps over a lazy dog".split(), key=len)
first = words.pop()
print(first, len(words), len(words.pop()))

GRID = ["1163751742", "1381373672", "2136511328", "3694931569", "7463417111",
        "1319128137", "1359912421", "3125421639", "1293138521", "2311944581"]
cost = [[int(c) for c in row] for row in GRID]
n = len(cost)
best = [[None] * n for _ in range(n)]
queue = Heap([(0, 0, 0)], key=lambda t: t[0])
visited = 0
while queue:
    risk, r, c = queue.pop()
    if best[r][c] is not None:
        continue
    best[r][c] = risk
    visited += 1
    for rr, cc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
        if 0 <= rr < n and 0 <= cc < n and best[rr][cc] is None:
            queue.push((risk + cost[rr][cc], rr, cc))
print("lowest risk", best[-1][-1], "after", visited, "cells")
print(best[0])
