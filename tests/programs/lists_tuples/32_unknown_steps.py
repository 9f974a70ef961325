def steps(xs, a, b, k):
    return xs[a:b:k]


xs = list(range(10))
text = "abcdefghij"
for k in (1, 2, 3, 11, -1, -2, -3, -11):
    print(k, xs[::k], xs[2:8:k], xs[8:2:k], xs[-3::k], xs[:-4:k], text[::k], text[7:1:k])
    print(steps(tuple(xs), 1, 9, k), steps(xs, None, None, k), steps(text, -20, 20, k), steps([], None, None, k))
for k in (2, 5, -3):
    ys = xs[:]
    ys[::k] = [0] * len(range(0, 10, abs(k)))
    print(ys)
    del ys[1::k]
    print(ys)
for k in (1, 2):
    ys = xs[:]
    try:
        ys[::k] = [7, 8]
        print(ys)
    except ValueError as e:
        print(e)
flags = [True] * 30
for p in range(2, 6):
    if flags[p]:
        flags[p * p::p] = [False] * len(range(p * p, 30, p))
print([i for i in range(2, 30) if flags[i]])
try:
    for k in (1, 0):
        print(xs[::k])
except ValueError as e:
    print(e)
words = "one two three four five".split()
for r in range(2):
    print(words[r::2], words[r::3])
rows = [[1], [2], [3], [4]]
for k in (1, 3):
    part = rows[::k]
    part[0].append(k)
    print(part, rows)
