# In-place operators keep the dtype and the place.
import numpy as np
a = np.arange(4)
b = a
a += 10
a *= 2
a -= np.array([1, 2, 3, 4])
a //= 3
a %= 5
a **= 2
print(a, b, a is b)
f = np.arange(4.0)
f /= 2
f += a
f *= f
f -= 1j.real
print(f)
i = np.array([5, 6, 7])
i &= 6
i |= 1
i ^= 2
i <<= 3
i >>= 1
print(i)
g = np.ones(3, dtype=np.float32)
g += 0.1
g *= np.arange(3)
print(g, g.dtype)
m = np.ones((2, 2))
m += [1, 2]
m[0] /= 4
m.T[1] -= 1
print(m)
x = np.ones(2)
y = x
x = x + 1
print(x, y)
