# A recursive function stores into arrays that objects in lists hold, and into those of a loop's pool.
import numpy as np


class Box:
    def __init__(self, u):
        self.u = u


def halves(p, n):
    if n > 0 and len(p) > 1:
        p[0] += p[-1]
        halves(p[1:], n - 1)


def larger(xs, k):
    if k == 0:
        return xs[0].u
    other = larger(xs, k - 1)
    return xs[k].u if xs[k].u.sum() > other.sum() else other


def case(a, b, n):
    boxes = [Box(a), Box(b)]
    for e in boxes:
        e.u[0] += 1
    halves(a, n)
    prev = cur = np.zeros(4)
    for t in range(3):
        prev = cur
        halves(cur[t:], 2)
        cur[t] = t + 1.0
        if t == n:
            cur = cur + 1.0
    halves(prev, 2)
    big = larger(boxes, 1)
    big[-1] = 99
    print([e.u for e in boxes], a, b, big, prev, cur)


x = np.arange(6.0)
y = x * 2 - 7
case(x, y, 2)
case(x, x[::-1], 1)
print(x, y)
