# Integer arrays with slices, integers and ellipsis between them: where the result's axes go.
import numpy as np
t = np.arange(24).reshape(2, 3, 4)
i = np.array([0, 1, 1])
print(t[i].shape, t[:, i].shape, t[..., i].shape, t[0, i].shape, t[i, :, 0].shape, t[0, :, i].shape, t[:, i, i].shape, t[i, :, i].shape)
print(t[0, :, i], t[:, i, i], t[i, :, i], t[1, i, 1:3], t[i, 0])
print(t[:, [True, False, True], 0], t[[True, False], i[:1]])
