# Tuples of generators inside of `try`: the library's functions make such, and programs do.
import numpy as np

try:
    a = (np.ones(6, dtype=int) % 2 == 0).astype(np.int64)
    b = np.array([11, 3, 4, 3, -4, 1])
    print(np.stack([a, b]), np.stack((a, b), 1), np.vstack([a, b]), np.flip(b), np.roll(b, 2), np.repeat(b, 2))
    print(np.stack([np.ones((2, 3)), np.zeros((2, 3), dtype=int)], -1))
    print(np.stack([a, b[:2]]))
except ValueError as e:
    print(e)


def gen(xs):
    for x in xs:
        yield x
        if x == 3:
            raise ValueError("three")
    print("closed")


n = 0
for k in range(4):
    try:
        t = tuple(gen([1, 2, k]))
        n += 1
        a, b, c = gen([k, 1, k])
        n += 10
        print(t, a, b, c)
        a, b = gen([1, 2, 4 - k])
    except ValueError as e:
        print(e, n, t)
try:
    pair = tuple(1 // x for x in (1, 2, 0))
except ZeroDivisionError as e:
    print(e)
count = 0


def step(x):
    global count
    count += 1
    return 10 // x


try:
    print(tuple(step(x) for x in [5, 2, 0, 1]))
except ZeroDivisionError:
    print("after", count)
