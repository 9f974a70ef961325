# What was stored and printed before the exception stays.
import numpy as np
log = []
def work(a, n):
    for i in range(n):
        log.append(i)
        a[i] = i * i
        print("stored", i)
a = np.zeros(3, dtype=int)
try:
    work(a, 5)
except IndexError as e:
    print(e, a, log)
m = np.zeros((2, 2))
k = 0
try:
    while True:
        m[k] += 1
        k += 1
except IndexError:
    print(k, m)
x = 1
try:
    x = 2
    x = x // 0
    x = 3
except ZeroDivisionError:
    print(x)
