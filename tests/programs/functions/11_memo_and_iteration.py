# Dynamic programming with lists: edit distance, longest common subsequence, knapsack.
def edit(a, b):
    row = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        diag = row[0]
        row[0] = i
        for j in range(1, len(b) + 1):
            cost = diag if a[i - 1] == b[j - 1] else 1 + min(diag, row[j], row[j - 1])
            diag = row[j]
            row[j] = cost
    return row[-1]
print(edit("kitten", "sitting"), edit("", "abc"), edit("same", "same"))
def lcs(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            t[i + 1][j + 1] = t[i][j] + 1 if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j])
    return t[len(a)][len(b)]
print(lcs("AGGTAB", "GXTXAYB"), lcs("abc", "xyz"))
def knapsack(ws, vs, cap):
    best = [0] * (cap + 1)
    for w, v in zip(ws, vs):
        for c in range(cap, w - 1, -1):
            best[c] = max(best[c], best[c - w] + v)
    return best[cap], best
print(knapsack([1, 3, 4, 5], [1, 4, 5, 7], 7))
