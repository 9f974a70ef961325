"""Deques in fields, lists, dicts and other deques; deques of tuples, lists, arrays and objects; recursion."""
from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np


@dataclass
class Job:
    name: str
    cost: int


class Server:
    def __init__(self, size):
        self.queue = deque()
        self.done = deque(maxlen=size)

    def submit(self, job, urgent=False):
        if urgent:
            self.queue.appendleft(job)
        else:
            self.queue.append(job)

    def work(self):
        while self.queue:
            job = self.queue.popleft()
            self.done.append(job.name)
            if job.cost > 2:
                self.submit(Job(job.name + "'", job.cost - 2))


servers = [Server(2), Server(3)]
for k, name in enumerate(["a", "b", "c", "d"]):
    servers[k % 2].submit(Job(name, k), urgent=k > 1)
for s in servers:
    print([job.name for job in s.queue], s.queue[0])
    s.work()
    print(s.done, len(s.queue))

graph = {"a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "d": ["f"], "e": ["f"], "f": ["a"]}


def paths(start, goal):
    found = []
    frontier = deque([[start]])
    while frontier:
        path = frontier.popleft()
        if path[-1] == goal:
            found.append(path)
            continue
        for node in graph[path[-1]]:
            frontier.append(path + [node])
    return found


print(paths("a", "f"))


def distances(start):
    seen = {start: 0}
    todo = deque([(start, 0)])
    while todo:
        node, far = todo.popleft()
        for other in graph[node]:
            if other not in seen:
                seen[other] = far + 1
                todo.append((other, far + 1))
    return seen


print(distances("a"))

groups = defaultdict(deque)
for k in range(10):
    groups[k % 3].appendleft(k)
for key in sorted(groups):
    print(key, groups[key])

lists = deque([[1], [2, 3]])
lists[0].append(10)
lists.rotate(1)
for row in lists:
    row.append(0)
print(lists, lists.popleft(), lists)

window = deque(maxlen=3)
for k in range(5):
    window.append(np.arange(3) * k)
    print(sum(window), len(window), window[-1][1])

rings = [deque([1, 2, 3]) for _ in range(2)]
rings[1].rotate(1)
print(rings, rings[0] == rings[1])
nested = deque([deque([1]), deque([2, 3])])
nested[0].append(5)
print(nested)


def count_down(d, n):
    if n > 0:
        d.appendleft(n)
        count_down(d, n - 1)
        d.append(-n)


d = deque()
count_down(d, 4)
print(d)


def hot_potato(names, k):
    circle = deque(names)
    out = []
    while len(circle) > 1:
        circle.rotate(-k)
        out.append(circle.popleft())
    return out, circle[0]


print(hot_potato(["Bill", "David", "Susan", "Jane", "Kent", "Brad"], 7))
same = d
same.append(99)
print(d[-1], same is d)


def moving(values, n):
    window, total = deque(), 0.0
    for x in values:
        window.append(x)
        total += x
        if len(window) > n:
            total -= window.popleft()
        yield total / len(window)


print(list(moving([40, 30, 50, 46, 39, 44], 3)))
