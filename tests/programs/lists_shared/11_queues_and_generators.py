# Queues of lists, and a generator that hands out one list again and again.
def steps(n):
    cur = []
    for k in range(n):
        cur.append(k)
        yield cur
print([list(c) for c in steps(3)])
print(list(steps(3)))
queue = [[0]]
found = []
while queue:
    p = queue.pop(0)
    if len(p) == 3:
        found.append(p)
        continue
    for k in (1, 2):
        queue.append(p + [k])
print(found)
levels = []
todo = [(0, [1]), (1, [2])]
while todo:
    d, xs = todo.pop()
    while len(levels) <= d:
        levels.append([])
    levels[d].append(xs)
    if d < 3:
        todo.append((d + 1, xs))
        xs.append(d)
print(levels)
t = (levels[0], 5)
t[0].append([9])
print(levels[0])
a = b = []
c = [a, b, a]
b.append(1)
print(c, c[0] is c[2])
for row in c:
    row.append(len(row))
print(a, c)
for i, row in enumerate(c):
    c[i] = row + [i]
print(a, c)
