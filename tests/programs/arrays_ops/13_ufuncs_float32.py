# digits: 6 np.exp, np.log, np.sin, np.cos, np.tanh, np.power of float32
# Elementwise functions of float32: NumPy's own vector code, whose last digit depends on the processor.
import numpy as np
x = np.array([0.1, 0.5, 1.0, 2.5], dtype=np.float32)
print(np.exp(x), np.log(x), np.sin(x), np.cos(x), np.tanh(x), np.power(x, np.float32(1.5)), np.exp(x).dtype)
print(np.sin(np.float32(1)), np.exp(np.float32(2)), np.sqrt(np.float32(2)))
