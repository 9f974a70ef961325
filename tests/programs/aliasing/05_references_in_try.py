# A handler sees what the body did to arrays that containers share.
import numpy as np


class Box:
    def __init__(self, u):
        self.u = u


def lists(n):
    xs = []
    try:
        for i in range(n):
            t = np.ones(2) * i
            xs.append(t)
            t[0] = 9
            if i == 3:
                xs[7][0] = 1
            xs[0][1] += 1
    except IndexError as e:
        print(e, xs)
        xs[1][0] = -1
    xs[2][1] += 77
    return xs


def objects(a, n):
    boxes = [Box(a), Box(a[::-1]), Box(a + 1)]
    try:
        for k in range(n):
            boxes[k].u[k] += 10
            boxes[0].u, boxes[2].u = boxes[2].u, boxes[0].u
            a[0] -= 1
        boxes[n].u[5 + n] = 0
    except IndexError as e:
        print(e)
        boxes[1].u[1] = -5
    finally:
        a[-1] *= 2
    print([b.u for b in boxes], a)


print(lists(3), lists(6))
for n in range(4):
    objects(np.arange(4.0), n)
