import numpy as np
memo = np.zeros(50, dtype=np.int64)
calls = 0
def fib(n):
    global calls
    calls += 1
    if n < 2:
        return n
    if memo[n] != 0:
        return memo[n]
    r = fib(n - 1) + fib(n - 2)
    memo[n] = r
    return r
print(fib(40), calls, memo[:10])

def outer(n):
    def rec(k):
        return n if k == 0 else rec(k - 1)
    return rec(2)
print(outer(3), outer(5))

seen = []
def walk(lo, hi):
    if lo >= hi:
        return
    m = (lo + hi) // 2
    seen.append(m)
    walk(lo, m)
    walk(m + 1, hi)
walk(0, 10)
print(seen)

def qs(xs):
    if len(xs) <= 1:
        return xs
    p = xs[0]
    return qs([x for x in xs[1:] if x < p]) + [p] + qs([x for x in xs[1:] if x >= p])
print(qs([3, 1, 4, 1, 5, 9, 2, 6]))

def quick(a, lo, hi):
    if lo < hi:
        p = a[hi]
        i = lo
        for j in range(lo, hi):
            if a[j] < p:
                a[i], a[j] = a[j], a[i]
                i += 1
        a[i], a[hi] = a[hi], a[i]
        quick(a, lo, i - 1)
        quick(a, i + 1, hi)
v = np.array([5, 3, 8, 1, 9, 2])
quick(v[1:], 0, 4)
print(v)
w = [5, 3, 8, 1, 9, 2]
quick(w, 0, 5)
print(w)
