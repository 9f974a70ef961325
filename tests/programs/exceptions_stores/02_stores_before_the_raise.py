import numpy as np


def fill(a, xs, n):
    xs.append(n)
    a[n] = n * 10
    if n == 2:
        raise KeyError(n)
    return fill(a, xs, n - 1) + 1


a = np.zeros(6, dtype=int)
xs = []
for start in (5, 1, 3):
    try:
        print(fill(a, xs, start))
    except KeyError as e:
        print("KeyError", e, a, xs)
    except IndexError as e:
        print("IndexError", a, len(xs), xs[:4])
    else:
        print("no error")
print(a, xs[:5])


def counted(n):
    global calls
    calls += 1
    if n == 0:
        return 1 // n
    return counted(n - 1)


calls = 0
try:
    counted(4)
except ZeroDivisionError as e:
    print(e, calls)
finally:
    calls += 100
print(calls)


def outer(n):
    log = []

    def step(k):
        log.append(k)
        if k > n:
            raise RuntimeError("too far")
        step(k + 1)

    try:
        step(0)
    except RuntimeError as e:
        return log, str(e)
    return log, ""


print(outer(3), outer(0))


class Stop(Exception):
    pass


def search(tree, goal, path):
    if not tree:
        return
    path.append(tree[0])
    if tree[0] == goal:
        raise Stop(goal)
    search(tree[1:], goal, path)
    path.pop()


for goal in (3, 9):
    path = []
    try:
        search([1, 2, 3, 4], goal, path)
        print("not found", path)
    except Stop as e:
        print("found", e, path)
