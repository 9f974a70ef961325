# Solutions, inverses and determinants of complex matrices, and of single and double precision mixed; np.round of complex.
import numpy as np

def noise(*shape):
    n = int(np.prod(np.array(shape)))
    return ((np.arange(n) * 37 + 11 + np.arange(n) ** 2) % 101 / 101.0 - 0.5).reshape(shape)

for n in (1, 2, 3, 5):
    a = noise(n, n)
    c = a + 1j * (noise(n, n).T ** 2)
    b = noise(n, 2)
    z = b[:, 0] * 1j
    print(np.round(np.linalg.inv(c) @ c - np.eye(n), 9).any(), np.linalg.inv(c).dtype)
    print(np.round(c @ np.linalg.solve(c, b) - b, 9).any(), np.linalg.solve(c, b).shape)
    print(np.round(a @ np.linalg.solve(a, z) - z, 9).any(), np.linalg.solve(a, z).dtype)
    print(np.round(np.linalg.det(c), 9), np.round(np.linalg.det(a), 9))
    s, l = np.linalg.slogdet(c)
    print(np.round(s, 9), np.round(l, 9), np.linalg.slogdet(a.astype(np.float32)).logabsdet.dtype)
    print(np.linalg.solve(a.astype(np.float32), b).dtype, np.linalg.solve(a.astype(np.float32), b.astype(np.float32)).dtype, np.linalg.inv(c.astype(np.complex64)).dtype, np.linalg.det(c.astype(np.complex64)).dtype)
print(np.linalg.det(np.zeros((2, 2))), np.linalg.slogdet(np.zeros((2, 2))), np.linalg.slogdet(np.zeros((2, 2), dtype=complex)))
print(np.linalg.det(np.array([[2, 1], [1, 3]])), np.linalg.det(np.zeros((0, 0))))
try:
    np.linalg.inv(np.ones((2, 2)) * 1j)
except np.linalg.LinAlgError as e:
    print(e)
c = noise(2, 3) * 100 + 1j * noise(3, 2).T * 10
print(np.round(c), np.round(c[0, 1], 1), np.around(c, 2), c.round(1), np.round(c, -1), np.round(c.astype(np.complex64), 1).dtype)
print(round(c[0, 0].real, 1), np.round(1.255 + 2.345j, 2))
