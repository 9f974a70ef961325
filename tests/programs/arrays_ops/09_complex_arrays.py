# Complex arrays: arithmetic, parts as views, conj, abs.
import numpy as np
z = np.array([1 + 2j, 3 - 4j, -1j])
print(z + 1, z * z, z * 2j, z / (1 + 1j), z - z.conj(), np.conj(z), abs(z), z.real, z.imag, -z, z == 3 - 4j)
z.real[0] = 10
z.imag += 1
print(z, z.sum(), z.prod(), z.mean(), np.real(z), np.imag(z))
w = np.zeros(3, dtype=complex)
w[1] = 2
w[2] = 1j * 2
w.real = [7, 8, 9]
print(w, w[2] * w[2].conjugate(), w[0].real, z[1].imag)
