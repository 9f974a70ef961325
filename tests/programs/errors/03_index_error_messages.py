# The text of every out-of-bounds access.
import numpy as np
a = np.arange(10)
m = np.zeros((2, 3))
def try_index(i):
    try:
        return a[i]
    except IndexError as e:
        return e
print(try_index(10), "|", try_index(-11), "|", try_index(9))
try:
    m[2, 0] = 1
except IndexError as e:
    print(e)
try:
    m[0, -4] += 1
except IndexError as e:
    print(e)
try:
    print(m[5])
except IndexError as e:
    print(e)
try:
    print(a[[1, 12]])
except IndexError as e:
    print(e)
try:
    a[np.array([0, -20])] = 5
except IndexError as e:
    print(e)
try:
    print([1, 2][2])
except IndexError as e:
    print(e)
try:
    print((1, 2)[int(a[3])])
except IndexError as e:
    print(e)
try:
    [].pop()
except IndexError as e:
    print(e)
try:
    print("abc"[3])
except IndexError as e:
    print(e)
print(a, m)
