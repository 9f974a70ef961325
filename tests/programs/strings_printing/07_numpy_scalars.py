# NumPy scalars: str outside, repr inside containers and with !r.
import numpy as np
a = np.array([1.5, 2.0])
i = np.array([1, 2])
b = a > 1.7
print(a[0], i[0], b[0], a.sum(), i.sum(), a.mean())
print([a[0]], (i[0],), [b[0], b[1]], [a.sum(), i.max()])
print(f"{a[0]} {a[0]:.3f} {i[1]:04d} {i[1]!r} {a[1]!r}")
print(repr(np.float32(0.1)), np.float32(0.1), np.int8(5), [np.int8(5), np.uint16(7), np.float32(1) / 3], np.complex128(1 + 2j), [np.complex64(1j)])
print(float(a[0]), int(i[1]), bool(b[0]), [float(v) for v in a], [int(v) for v in i], a.tolist(), i.tolist())
print(np.float64(1e16), np.float64(1e-5), np.float32(1e10), np.float32(16777216.0), np.float64("nan"), -np.float64("inf"), np.float32(3.4e38))
