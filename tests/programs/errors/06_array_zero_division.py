# Arrays and NumPy scalars do not raise: inf, nan, 0.
import numpy as np
a = np.array([1.0, -1.0, 0.0])
z = np.zeros(3)
print(a / z, a // z, a % z, 1 / z, a / 0, a / 0.0)
i = np.array([5, -5, 0])
print(i // 0, i % 0, i / 0)
print(np.float64(1) / 0, np.float64(-1) / 0.0, np.float64(0) / 0, np.int64(3) // 0, np.sqrt(np.array([-1.0, 4.0])), np.log(np.array([0.0, 1.0])))
