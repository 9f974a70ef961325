# A list that changes while something runs over it: the loop asks for an item before each trip, as CPython does.
def f(n):
    return n % 3


xs = [3, 1, 2]
for x in reversed(xs):
    if x == 1:
        xs.append(9)
    print(x, xs)
for i, x in enumerate(xs):
    if x % 2 == 1 and len(xs) < 8:
        xs.append(x * 2)
    print(i, x)
for x, k in zip(xs, range(20)):
    if k % 3 == 0:
        xs.append(k)
    if len(xs) > 12:
        xs.pop()
        xs.pop()
    print(x, k, end=" ")
print(xs)
for x, y in zip(xs, reversed(xs)):
    xs.pop()
    print(x, y, len(xs), end=" ")
print(xs)
for y in map(f, xs):
    if len(xs) < 9:
        xs.append(y + 4)
print(xs)
ys = [xs.pop() for x in xs]
print(ys, xs)
ys = {x: xs.pop() for x in reversed(xs)}
print(ys, xs)
zs = [i for i in range(10)]
for i, x in enumerate(reversed(zs)):
    zs.pop()
    zs.pop()
    print(i, x, zs)
words = ["a", "b"]
for w in reversed(words):
    words.insert(0, w + "x")
print(words)
for w in reversed(words):
    words.clear()
    words.append(w)
    print(w)
print(sum(len(words.pop()) for _ in words), words)
rows = [[1], [2, 3], [4]]
for r in reversed(rows):
    rows.append([len(r)])
    if len(rows) > 4:
        break
else:
    print("never")
print(rows)
for a, b in zip(rows, rows[1:]):
    rows.pop()
    a.append(b[0])
print(rows)


def walk(todo):
    for x in reversed(todo):
        todo.remove(x)
        if x == 4:
            return x
    return -1


print(walk([1, 2, 3]), walk([1, 4, 5, 6]))
print([x for x in xs if xs.append(x) is not None or len(xs) > 3])
