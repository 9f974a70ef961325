"""Levenshtein distance with the operations, and a spelling suggester."""


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, start=1):
        current = [i]
        for j, cb in enumerate(b, start=1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (ca != cb)))
        previous = current
    return previous[-1]


def operations(a, b):
    rows, cols = len(a) + 1, len(b) + 1
    d = [[0] * cols for _ in range(rows)]
    for i in range(rows):
        d[i][0] = i
    for j in range(cols):
        d[0][j] = j
    for i in range(1, rows):
        for j in range(1, cols):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    ops = []
    i, j = len(a), len(b)
    while i or j:
        if i and j and d[i][j] == d[i - 1][j - 1] and a[i - 1] == b[j - 1]:
            i, j = i - 1, j - 1
        elif i and j and d[i][j] == d[i - 1][j - 1] + 1:
            ops.append(f"{a[i - 1]}->{b[j - 1]}")
            i, j = i - 1, j - 1
        elif i and d[i][j] == d[i - 1][j] + 1:
            ops.append(f"-{a[i - 1]}")
            i -= 1
        else:
            ops.append(f"+{b[j - 1]}")
            j -= 1
    ops.reverse()
    return ops


def hamming(a, b):
    if len(a) != len(b):
        raise ValueError("lengths differ")
    return sum(x != y for x, y in zip(a, b))


WORDS = "apple apply ample maple staple orange grape python cython typhoon knot quipu equip".split()


def suggest(word, limit=2):
    scored = [(distance(word, w), w) for w in WORDS]
    return [w for d, w in sorted(scored) if d <= limit][:3]


for a, b in [("kitten", "sitting"), ("flaw", "lawn"), ("", "abc"), ("saturday", "sunday"), ("same", "same")]:
    print(f"{a!r} {b!r}: {distance(a, b)} {' '.join(operations(a, b)) or '(equal)'}")
for word in ["aple", "pyton", "quip", "zzz"]:
    found = suggest(word)
    print(word, "->", found if found else "no idea")
print(hamming("karolin", "kathrin"))
try:
    hamming("a", "ab")
except ValueError as error:
    print("hamming:", error)
