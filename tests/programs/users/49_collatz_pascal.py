"""Collatz chains and Pascal's triangle."""


def collatz(n):
    yield n
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        yield n


def longest_chain(limit):
    cache = {1: 1}
    best = 1
    for start in range(2, limit):
        n, steps = start, 0
        path = []
        while n not in cache:
            path.append(n)
            n = n // 2 if n % 2 == 0 else 3 * n + 1
        length = cache[n]
        for m in reversed(path):
            length += 1
            cache[m] = length
        if cache[start] > cache[best]:
            best = start
    return best, cache[best]


def pascal(rows):
    row = [1]
    for _ in range(rows):
        yield row
        row = [a + b for a, b in zip([0] + row, row + [0])]


def binomial(n, k):
    if not 0 <= k <= n:
        return 0
    result = 1
    for i in range(min(k, n - k)):
        result = result * (n - i) // (i + 1)
    return result


def catalan(n):
    return binomial(2 * n, n) // (n + 1)


for n in (6, 11, 27):
    chain = list(collatz(n))
    print(n, len(chain), max(chain), chain[:8], "..." if len(chain) > 8 else "")
print(longest_chain(3000))
print({n: sum(1 for _ in collatz(n)) for n in range(1, 8)})

triangle = list(pascal(10))
width = len(" ".join(map(str, triangle[-1])))
for row in triangle:
    print(" ".join(str(x) for x in row).center(width).rstrip())
assert all(triangle[n][k] == binomial(n, k) for n in range(10) for k in range(n + 1))
print([sum(row) for row in triangle])
print([sum(triangle[n - k][k] for k in range(n // 2 + 1)) for n in range(10)])
for row in pascal(16):
    print("".join(" *"[x % 2] for x in row))
print([catalan(n) for n in range(12)], binomial(30, 15), binomial(5, 9))
