# Row normalisation, softmax shifts, pairwise distances, covariance by hand.
import numpy as np
x = np.array([[1.0, 2.0], [4.0, 6.0], [1.0, -2.0]])
d = x[:, None, :] - x[None, :, :]
print((d ** 2).sum(axis=-1), np.sqrt((d ** 2).sum(axis=2)))
c = x - x.mean(axis=0)
print(c, c.T @ c / (len(x) - 1))
print((x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)), x / np.sqrt((x ** 2).sum(axis=1, keepdims=True)))
