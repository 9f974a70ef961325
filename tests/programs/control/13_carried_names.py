# Names that a loop must carry: read in the next trip, behind the loop, by a handler or by a function.
import numpy as np
for i in range(3):
    if i > 0: print(x)
    x = i
def f(n):
    for i in range(n):
        t = i * 2
        try:
            y = t
            if i == 1: raise ValueError("a")
            z = y
        except ValueError:
            print("caught", y)
    return z
print(f(3))
def g(n):
    k = 0
    while k < n:
        if k == 2:
            break
        last = k
        k += 1
    else:
        last = -1
    return last
print(g(2), g(5))
def h():
    acc = []
    for i in range(3):
        v = i + 10
        acc.append(lambda: v)
    return [q() for q in acc]
print(h())
def m(a):
    row = a[0]
    for row in a:
        row += 1
    for row in a:
        row *= 2
    return row
a = np.ones((2, 2)); r = m(a); r[0] = 9; print(a)
def w(n):
    for i in range(n):
        for j in range(i):
            s = i * j
            if s > 3: continue
            q = s
        if i > 2: print(q, s)
w(5)
x = 1
def use(): return x
for i in range(2):
    x = i + 5
    print(use())
print(i, x)
for _ in range(2):
    try:
        u = 1 // 0
    except ZeroDivisionError:
        u = 7
    print(u)
