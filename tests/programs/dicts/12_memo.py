"""Memo with global, closure, default argument."""
memo = {}
def fib(n):
    if n < 2:
        return n
    if n in memo:
        return memo[n]
    r = fib(n - 1) + fib(n - 2)
    memo[n] = r
    return r
print(fib(50), len(memo))

def fib2(n, memo={}):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib2(n - 1) + fib2(n - 2)
    return memo[n]
print(fib2(40))

def make():
    cache = {}
    def f(n):
        if n in cache:
            return cache[n]
        if n < 2:
            v = n
        else:
            v = f(n - 1) + f(n - 2)
        cache[n] = v
        return v
    return f
g = make()
print(g(30))

def paths(r, c, seen):
    if r == 0 or c == 0:
        return 1
    key = (r, c)
    if key in seen:
        return seen[key]
    seen[key] = paths(r - 1, c, seen) + paths(r, c - 1, seen)
    return seen[key]
print(paths(12, 12, {}))

def collatz(limit):
    lengths = {1: 1}
    for start in range(1, limit):
        n = start
        steps = []
        while n not in lengths:
            steps.append(n)
            if n % 2:
                n = 3 * n + 1
            else:
                n //= 2
        k = lengths[n]
        for m in reversed(steps):
            k += 1
            lengths[m] = k
    best = max(range(1, limit), key=lambda i: lengths[i])
    return best, lengths[best], len(lengths)
print(collatz(1000))
