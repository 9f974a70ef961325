# print and repr of float arrays: common width, precision 8, scientific form, special values.
import numpy as np
print(np.array([1.0, 2.5, -3.0]), np.array([0.1, 0.25, 1 / 3]), np.array([1e-10, 1.0]), np.array([1e10, 1.0]), np.array([1e16, 1.0]))
print(np.array([1e-5, 1e-4]), np.array([123456.789, 0.001]), np.array([1e8, 1e9]), np.array([1e300, 1e-300]), np.array([0.00001]))
print(np.array([np.nan, 1.0, np.inf]), np.array([-np.inf, 0.5]), np.array([np.nan]), np.array([0.0, -0.0]))
print(repr(np.array([1.0, 2.5])), repr(np.array([1.0, 1e-9])), repr(np.array([0.1, 0.2], dtype=np.float32)), repr(np.array([[1.5], [2.25]])))
print(np.array([1 / 3, 2 / 3], dtype=np.float32), np.array([1e20, 1.0], dtype=np.float32), np.array([16777217.0], dtype=np.float32))
print(np.array([[1.0, -2.5], [1000.0, 0.125]]))
print(np.linspace(0, 1, 7))
print(np.array(2.5), repr(np.array(2.5)), np.array([1.0]) * 1e5, np.array([99999999.0, 0.5]), np.array([100000000.0, 0.5]))
