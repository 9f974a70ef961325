import numpy as np
# globals, aliasing, views, errors through recursive functions
grid = np.zeros((5, 5), dtype=np.int64)
def fill(i, j, depth):
    if i < 0 or j < 0 or i >= 5 or j >= 5 or grid[i, j] != 0:
        return 0
    grid[i, j] = depth
    return 1 + fill(i + 1, j, depth + 1) + fill(i, j + 1, depth + 1)
print(fill(0, 0, 1))
print(grid)
def hanoi(n, a, b, c, moves):
    if n == 0:
        return
    hanoi(n - 1, a, c, b, moves)
    moves.append((a, c))
    hanoi(n - 1, b, a, c, moves)
ms = []
hanoi(3, "A", "B", "C", ms)
print(len(ms), ms)
def perms(xs, k, out):
    if k == len(xs):
        out.append(xs[:])
        return
    for i in range(k, len(xs)):
        xs[k], xs[i] = xs[i], xs[k]
        perms(xs, k + 1, out)
        xs[k], xs[i] = xs[i], xs[k]
res = []
perms([1, 2, 3], 0, res)
print(res)
def fft(x):
    n = len(x)
    if n == 1:
        return x
    e = fft(x[::2])
    o = fft(x[1::2])
    t = np.exp(-2j * np.pi * np.arange(n // 2) / n) * o
    return np.concatenate((e + t, e - t))
print(fft(np.arange(8) + 0j))
def strassen(a, b):
    n = a.shape[0]
    if n == 1:
        return a * b
    h = n // 2
    c = np.zeros((n, n))
    c[:h, :h] = strassen(a[:h, :h], b[:h, :h]) + strassen(a[:h, h:], b[h:, :h])
    c[:h, h:] = strassen(a[:h, :h], b[:h, h:]) + strassen(a[:h, h:], b[h:, h:])
    c[h:, :h] = strassen(a[h:, :h], b[:h, :h]) + strassen(a[h:, h:], b[h:, :h])
    c[h:, h:] = strassen(a[h:, :h], b[:h, h:]) + strassen(a[h:, h:], b[h:, h:])
    return c
m = np.arange(16.0).reshape(4, 4)
print(strassen(m, m.T))
def simpson(f, a, b, fa, fb, fm, eps, depth):
    m = (a + b) / 2
    lm, rm = (a + m) / 2, (m + b) / 2
    fl, fr = f(lm), f(rm)
    whole = (b - a) / 6 * (fa + 4 * fm + fb)
    left = (m - a) / 6 * (fa + 4 * fl + fm)
    right = (b - m) / 6 * (fm + 4 * fr + fb)
    if depth == 0 or abs(left + right - whole) < eps:
        return left + right
    return simpson(f, a, m, fa, fm, fl, eps / 2, depth - 1) + simpson(f, m, b, fm, fb, fr, eps / 2, depth - 1)
def g(x): return x * x * x - x
print(simpson(g, 0.0, 2.0, g(0.0), g(2.0), g(1.0), 1e-9, 10))
def collatz(n, steps=0):
    return steps if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1, steps + 1)
print(collatz(27))
def gcd(a, b): return a if b == 0 else gcd(b, a % b)
print(gcd(1071, 462))
def find(parent, i):
    if parent[i] != i:
        parent[i] = find(parent, parent[i])
    return parent[i]
par = [0, 0, 1, 2, 3]
print(find(par, 4), par)
pa = np.array([0, 0, 1, 2, 3])
print(find(pa, 4), pa)
def boom(n):
    if n == 0:
        raise ValueError("bottom")
    boom(n - 1)
try:
    boom(3)
except ValueError as e:
    print("caught", e)
def catch(n):
    try:
        if n == 0:
            return [1][5]
        return catch(n - 1)
    except IndexError as e:
        print("at", n, e)
        return -1
print(catch(2))
boom(2)
