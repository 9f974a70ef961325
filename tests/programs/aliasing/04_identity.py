# Which object a name denotes: whole arrays, views that loops and lists carry, elements and lists in lists.
import numpy as np


def spin(a, n):
    w = a
    old = a[:]
    for i in range(n):
        keep = w
        if i % 2 == 0:
            w = w[::-1]
        elif i == 3:
            w = a
        v = w[1:] if i < 2 else old
        print(w is a, w is keep, v is old, old is a)
        old = v if i != 2 else w
        w[0] += i
    print(w, old, w is old)


x = np.arange(5.0)
spin(x, 6)
spin(x[::-1], 3)

xs = []
views = []
for i in range(4):
    views.append(x[i:])
    if i % 2 == 0:
        xs.append(x)
    else:
        xs.append(x * 1)
    views[i // 2][0] += 1
print([e is x for e in xs], xs[0] is xs[2], xs[1] is xs[3], xs[1] is xs[-3])
print([e is views[1] for e in views], views[0] is x, views)

rows = [[1], [2]]
rows.append(rows[0])
for k in range(3):
    rows[k].append(k)
print(rows[0] is rows[2], rows[0] is rows[1], rows)
pair = [np.zeros(2), np.zeros(2)]
k = len(rows) - 2
print(pair[0] is pair[0], pair[k] is pair[1], pair[0] is pair[k])
