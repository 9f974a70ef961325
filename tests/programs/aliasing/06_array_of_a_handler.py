# An array that a handler has from a list is, behind the try, of the sizes that come out.
import numpy as np

try:
    u = (np.full((1, 3), 537) - 2) % 100
    try:
        u %= 100
    except Exception as e:
        print(e)
    print("->", u, u.shape)
    u %= 100
finally:
    print("end")

try:
    w = np.arange(4.0).reshape(2, 2)
    try:
        w *= 2.0
        w += float("two")
    except Exception as e:
        print(e)
    print("->", w, w.shape)
    w += 1.0
finally:
    print("end", w)
