# Slices of every step and sign on rank 1, with clipping.
import numpy as np
a = np.arange(10)
for s in (a[:], a[2:5], a[:-3], a[-3:], a[::2], a[1::3], a[::-1], a[8:2:-2], a[-2:1:-3], a[5:5], a[7:3], a[20:], a[-50:3], a[:50], a[3::-1], a[:3:-1], a[-1:-20:-4]):
    print(s, s.shape, s.size)
n = 3
print(a[n:], a[:n], a[n:-n], a[n:n + 2], a[::n], a[::-n])
