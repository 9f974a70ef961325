# order= of ravel, flatten, reshape, copy; keyword forms of the shape methods.
import numpy as np
m = np.arange(6).reshape(2, 3)
t = m.T
for a in (m, t, m[:, ::2], np.asarray(t), np.zeros((2, 2), order="F") + 1):
    print(a.ravel(), a.ravel("C"), a.ravel(order="F"), a.ravel("A"), a.ravel("K"))
    print(a.flatten(), a.flatten("F"), a.flatten("A"), a.flatten(order="K"))
print(np.ravel(t, order="F"), np.ravel(m, "F"))
print(m.reshape((3, 2), order="F"), m.reshape(3, 2, order="C"), np.reshape(m, (3, 2), order="F"))
print(m.reshape([3, 2], order="F"), t.reshape([2, 3], order="A"))
print(t.reshape(-1, order="A"), t.reshape((2, 3), order="A"), m.reshape(-1, order="F"))
v = t.ravel("K")
v[0] = 100
w = m.ravel("F")
w[1] = -1
print(m, v, w)
r = t.reshape((6,), order="F")
r[5] = 50
print(m)
print(m.copy("F").ravel("K"), m.copy(order="C").ravel("K"), t.copy("K").ravel("K"), t.copy("A").strides, t.copy().strides)
print(np.transpose(m, axes=(1, 0)), np.swapaxes(m, axis1=0, axis2=1))
z = np.array([[[5]]])
print(z.squeeze(), z.squeeze().shape, z.squeeze(axis=0).shape, np.squeeze(z, axis=(0, 2)).shape)
s = z.squeeze()
s[...] = 7
print(z, np.argsort(np.array([[3, 1], [2, 0]]), axis=None))
try:
    m.squeeze(axis=0)
except ValueError as e:
    print(e)
try:
    m.reshape(6, order="K")
except ValueError as e:
    print(e)
