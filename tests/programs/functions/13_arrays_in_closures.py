# Arrays captured by closures, in globals, in lists of functions, and as defaults.
import numpy as np
state = np.zeros(3)
def tick(i):
    state[i % 3] += i
def accumulator(n):
    total = np.zeros(n)
    def add(x):
        total[:] += x
        return total
    return add
for i in range(5):
    tick(i)
add = accumulator(3)
add(state)
r = add(1)
r[0] = -1
print(state, add(0), r is add(0))
def shifted(a, by=np.arange(3)):
    return a + by
print(shifted(1), shifted(state, 10))
steps = [lambda a: a + 1, lambda a: a * 2, lambda a: a[::-1]]
x = np.arange(3)
for f in steps:
    x = f(x)
print(x)
