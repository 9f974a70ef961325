"""Deques: items at both ends, text, length, truth, copies and limits."""
from collections import deque

d = deque()
print(d, len(d), bool(d), d.maxlen)
d.append(1)
d.append(2)
d.appendleft(0)
d.appendleft(-1)
print(d, len(d), bool(d))
print(d.pop(), d.popleft(), d)
d.extend([5, 6, 7])
d.extendleft((8, 9))
print(d, list(d), sorted(d), sum(d), max(d))
d.extend(d)
print(d, len(d))
e = d.copy()
e.clear()
e.clear()
print(e, d == e, d != e, len(d))
for k in range(40):
    e.appendleft(k)
for k in range(35):
    e.pop()
print(e)
print(deque("abc"), deque(range(3)), deque((1.5, 2.5)), deque({3: 1, 4: 2}), deque(deque([1])))

recent = deque(maxlen=3)
for word in "one two three four five".split():
    recent.append(word)
    print(recent, recent.maxlen)
recent.appendleft("zero")
print(recent)
recent.extend(["a", "b"])
recent.extendleft(["c"])
print(recent, list(reversed(recent)))
print(deque([1, 2, 3, 4], 2), deque([1, 2], maxlen=0), deque([1], None))
print(recent + recent, deque([1, 2]) + deque([3]), deque([1, 2]) * 3, 2 * deque([1]), deque([1, 2]) * 0)
print(deque([1, 2], maxlen=3) * 3)
e = deque([1, 2])
e += [3]
e += (4, 5)
e *= 2
print(e, str(e), repr(e), f"{e}")

queue = deque()
total = 0
for k in range(1000):
    queue.append(k)
    if k % 3:
        total += queue.popleft()
print(total, len(queue), queue[0], queue[-1])
while queue:
    total += queue.popleft() - queue.pop() if len(queue) > 1 else queue.popleft()
print(total, queue)
print(type(d).__name__, isinstance(d, deque), isinstance(d, list), isinstance([], deque))
for bad in (d.clear, queue.pop, queue.popleft):
    try:
        bad()
    except IndexError as error:
        print(type(error).__name__, error)
