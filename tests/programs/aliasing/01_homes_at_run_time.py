# Which array a name of a loop denotes is settled at run time: new ones go where no name leads.
import numpy as np
def f(n, m):
    cur = np.zeros(4)
    prev = np.full(4, 5.0)
    for s in range(m):
        for t in range(n):
            prev = cur
            cur[t % 4] = t + 1.0 + s
            if t % 3 == 1:
                cur = cur + 1.0
            elif t % 3 == 2:
                cur, prev = prev, cur
            prev[0] -= 0.5
            print(prev is cur)
        if s % 2 == 0:
            prev = cur
        print(prev, cur, prev is cur)
    prev[3] = 9.0
    print(cur, prev)
f(3, 3)
f(0, 2)
f(7, 2)
def g(a, b, n):
    old = a
    for i in range(n):
        new = old[::-1] + b
        if i % 2:
            old = new
        else:
            old, b = b, old
        old[i] += 1
        v = old[1:]
        v[0] = i
        if i == 2:
            new = b
        new[1] += 3
        print(old, b, new, old is b, new is b)
    print(old, a, b)
x = np.arange(5.0)
g(x, x * 2, 5)
g(x, x, 4)
print(x)
i = 0
big = np.ones(3)
last = big
while i < 200:
    last = big
    big = big + 1 if i % 2 == 0 else big
    last[0] = i
    i += 1
print(big, last)
