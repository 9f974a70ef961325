# print and repr of complex arrays and scalars.
import numpy as np
a = np.array([1 + 2j, -0.5j, 3])
print(a, repr(a))
print(np.array([[1j, 2], [0.25 - 1j, 1e-3]]))
print(np.array([1 + 1e10j, 1]), np.array([complex(0, np.inf), 1 + 1j]), repr(np.array([1j], dtype=np.complex64)))
print(a[0], [a[1]], a.real, a.imag, np.zeros(2, dtype=complex), 2 * a[0])
