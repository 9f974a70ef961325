"""Longest increasing subsequence by three methods, and related problems."""
import bisect
from itertools import combinations


def lis_quadratic(a):
    length = [1] * len(a)
    previous = [-1] * len(a)
    for i in range(len(a)):
        for j in range(i):
            if a[j] < a[i] and length[j] + 1 > length[i]:
                length[i] = length[j] + 1
                previous[i] = j
    i = max(range(len(a)), key=length.__getitem__) if a else -1
    out = []
    while i != -1:
        out.append(a[i])
        i = previous[i]
    return out[::-1]


def lis_length(a):
    tails = []
    for x in a:
        k = bisect.bisect_left(tails, x)
        if k == len(tails):
            tails.append(x)
        else:
            tails[k] = x
    return len(tails)


def lis_brute(a):
    for size in range(len(a), 0, -1):
        for chosen in combinations(a, size):
            if all(x < y for x, y in zip(chosen, chosen[1:])):
                return size
    return 0


def max_subarray(a):
    best = current = a[0]
    start = first = last = 0
    for i, x in enumerate(a[1:], 1):
        if current < 0:
            current, start = x, i
        else:
            current += x
        if current > best:
            best, first, last = current, start, i
    return best, a[first:last + 1]


def generate(seed, n, limit):
    out = []
    for _ in range(n):
        seed = (seed * 75 + 74) % 65537
        out.append(seed % limit)
    return out


for a in ([10, 9, 2, 5, 3, 7, 101, 18], [0, 8, 4, 12, 2, 10, 6, 14, 1, 9], [5, 4, 3], [7]):
    s = lis_quadratic(a)
    assert len(s) == lis_length(a) == lis_brute(a)
    print(a, "->", s)
print(lis_quadratic([]), lis_length([]))
data = generate(7, 60, 100)
print(len(lis_quadratic(data)), lis_length(data), lis_quadratic(data))
print(max_subarray([-2, 1, -3, 4, -1, 2, 1, -5, 4]))
print(max_subarray([x - 50 for x in data])[0])
