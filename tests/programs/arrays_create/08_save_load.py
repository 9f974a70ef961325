# np.save and np.load are inverse, dtype and shape included.
import numpy as np
for a in (np.arange(5), np.linspace(0, 1, 6).reshape(2, 3), np.array([True, False]), np.array([1 + 2j]), np.arange(4, dtype=np.uint8)):
    np.save("saved.npy", a)
    b = np.load("saved.npy")
    print(b, b.dtype, b.shape, (a == b).all())
