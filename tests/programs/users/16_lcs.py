"""Longest common subsequence, a diff made from it, and the longest common substring."""


def lcs_table(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            if x == y:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table


def lcs(a, b):
    table = lcs_table(a, b)
    i, j = len(a), len(b)
    out = []
    while i and j:
        if a[i - 1] == b[j - 1]:
            out.append(a[i - 1])
            i -= 1
            j -= 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return out[::-1]


def diff(old, new):
    table = lcs_table(old, new)
    i, j = len(old), len(new)
    changes = []
    while i > 0 or j > 0:
        if i > 0 and j > 0 and old[i - 1] == new[j - 1]:
            changes.append((" ", old[i - 1]))
            i, j = i - 1, j - 1
        elif j > 0 and (i == 0 or table[i][j - 1] >= table[i - 1][j]):
            changes.append(("+", new[j - 1]))
            j -= 1
        else:
            changes.append(("-", old[i - 1]))
            i -= 1
    return reversed(changes)


def common_substring(a, b):
    best, where = 0, 0
    previous = [0] * (len(b) + 1)
    for i in range(len(a)):
        row = [0] * (len(b) + 1)
        for j in range(len(b)):
            if a[i] == b[j]:
                row[j + 1] = previous[j] + 1
                if row[j + 1] > best:
                    best, where = row[j + 1], i + 1
        previous = row
    return a[where - best:where]


for a, b in [("ABCBDAB", "BDCABA"), ("AGGTAB", "GXTXAYB"), ("", "abc"), ("same", "same"), ("abc", "xyz")]:
    common = "".join(lcs(a, b))
    print(f"{a or '-':8} {b or '-':8} {len(common)} {common!r} {common_substring(a, b)!r}")

old = "the quick brown fox jumps over the dog".split()
new = "the slow brown fox leaps over the lazy dog".split()
for mark, word in diff(old, new):
    print(mark, word)
print(lcs([1, 3, 5, 7, 9, 11], [3, 4, 5, 9, 10, 11]))
