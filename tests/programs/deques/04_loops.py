"""Loops that change the deque they run over."""
from collections import deque


def attempt(name, f):
    try:
        print(name, f())
    except (IndexError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        print(name, type(error).__name__, error)


def grow(d):
    for x in d:
        d.append(x)
        if x > 100:
            break
    return d


def turn(d):
    for x in d:
        d.rotate(1)
    return d


def last(d):
    for x in d:
        if x == 3:
            d.popleft()
    return d


def swap(d):
    for x in d:
        d.append(d.popleft())
        break
    for k, x in enumerate(d):
        d[k] = x + 1
    return d


def both(d):
    for x in d:
        d.append(x)
        d.pop()
    return d


attempt("grow", lambda: grow(deque([1, 2, 3])))
attempt("grow", lambda: grow(deque([101])))
attempt("turn", lambda: turn(deque([1, 2, 3])))
attempt("turn", lambda: turn(deque([1])))
attempt("last", lambda: last(deque([1, 2, 3])))
attempt("swap", lambda: swap(deque([1, 2, 3])))
attempt("both", lambda: both(deque([1, 2, 3])))
