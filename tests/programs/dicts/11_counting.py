"""Counting words and numbers."""
text = "the quick brown fox jumps over the lazy dog the fox"
counts = {}
for w in text.split():
    if w in counts:
        counts[w] += 1
    else:
        counts[w] = 1
print(counts)
for w in sorted(counts):
    print(w, counts[w])
pairs = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
for w, n in pairs[:3]:
    print(f"{w:>8} {n}")
print(max(counts, key=counts.get), min(counts.values()), sum(counts.values()))
groups = {}
for w in text.split():
    groups.setdefault(len(w), []).append(w)
print(groups)
for n in sorted(groups):
    print(n, groups[n], len(groups[n]))
inverse = {v: k for k, v in counts.items()}
print(inverse)
squares = {}
for i in range(20):
    squares[i * i] = i
print(squares[49], 50 in squares, squares.get(50), squares.get(50, -1))
total = 0
for k, v in squares.items():
    total += k * v
print(total)
d = {}
d[1.5] = "x"
d[2] = "y"
print(d)
d2 = dict(zip(["a", "b", "c"], range(3)))
print(d2, list(d2), list(d2.items()))
d3 = dict([(i, str(i)) for i in range(4)])
print(d3)
d4 = dict((c, ord(c)) for c in "hello")
print(d4)
