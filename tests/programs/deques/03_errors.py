"""What deques raise; comparison and what takes any iterable."""
from collections import deque


def attempt(name, f):
    try:
        print(name, f())
    except (IndexError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        print(name, type(error).__name__, error)


d = deque([3, 1, 4, 1])
attempt("load", lambda: d[20])
attempt("load", lambda: d[-20])
attempt("index", lambda: d.index(1000))
attempt("remove", lambda: d.remove(1000))
attempt("full", lambda: deque([1, 2], maxlen=2).insert(0, 3))
attempt("negative", lambda: deque([1], -1))
attempt("add", lambda: d + [1])
attempt("hash", lambda: hash(d))
attempt("many", lambda: deque([1], 2, 3))
attempt("kind", lambda: deque([1], "a"))
attempt("slice", lambda: d[1:2])
attempt("text", lambda: d["a"])
attempt("empty", lambda: deque()[0])

print(deque([1, 2]) == deque([1, 2]), deque([1, 2]) == [1, 2], deque([1, 2]) != deque([1, 3]))
print(deque([1, 2]) < deque([1, 3]), deque([2]) <= deque([1, 5]), deque([1]) < deque([1, 0]), deque() >= deque())
print(deque(["a", "b"]) > deque(["a"]), deque([1, 2], maxlen=2) == deque([1, 2]))
print([x * 2 for x in d if x > 4], list(enumerate(deque("xy"))), list(zip(deque([1, 2]), deque("ab"))))
print(" ".join(deque(["to", "be"])), dict(deque([("a", 1), ("b", 2)])), any(deque([0, 0])), set(deque([1, 1])))
a, b, *rest = deque([1, 2])
print(a, b, rest)
