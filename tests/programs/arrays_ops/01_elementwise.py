# Arithmetic of arrays and scalars.
import numpy as np
a = np.array([1.0, 2.0, 4.0])
b = np.array([3.0, -1.0, 0.5])
print(a + b, a - b, a * b, a / b, a ** 2, -a, +b, a // 3, a % 3, 2 / a, 1 - a, 2 ** a, abs(b))
i = np.array([7, -7, 5])
print(i + 1, i * i, i / 2, i // 2, i % 3, i ** 2, -i, 10 - i, i // -2, i % -3, abs(i), i + 0.5, ~i, i & 3, i | 8, i ^ 1, i << 2, i >> 1)
print(a + 2 * b - a * b / 2, (a + b) * (a - b), a > b, divmod(7, 2))
