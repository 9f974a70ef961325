# Many raises in a loop leave nothing behind.
import numpy as np
def f(i):
    a = np.zeros(8)
    if i % 3 == 0:
        raise ValueError("third")
    return a[i % 9]
caught = 0
index = 0
ok = 0
for i in range(3000):
    try:
        f(i)
        ok += 1
    except ValueError:
        caught += 1
    except IndexError:
        index += 1
print(ok, caught, index)
