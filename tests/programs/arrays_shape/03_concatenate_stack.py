# concatenate and stack.
import numpy as np
a = np.arange(3)
b = np.array([10, 20, 30])
m = np.arange(6).reshape(2, 3)
print(np.concatenate((a, b)), np.concatenate([a, b, a[:1]]), np.concatenate((m, m), axis=0), np.concatenate((m, m * 10), axis=1), np.concatenate((a, np.array([0.5]))), np.concatenate((m, m), axis=-1).shape)
print(np.stack((a, b)), np.stack([a, b], axis=1), np.stack((m, m)).shape)
parts = [np.full(k, k) for k in range(1, 4)]
print(np.concatenate(parts), np.stack([np.zeros(2) for _ in range(3)]).shape)
