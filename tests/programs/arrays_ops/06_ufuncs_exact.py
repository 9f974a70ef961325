# Elementwise functions with exact results.
import numpy as np
a = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4])
print(np.floor(a), np.ceil(a), np.rint(a), np.trunc(a), np.abs(a), np.sign(a), np.round(a), np.square(a), np.negative(a))
print(np.sqrt(np.array([0.0, 1.0, 2.0, 16.0])), np.maximum(a, 0), np.minimum(a, np.zeros(7)), np.fabs(a), np.reciprocal(np.array([2.0, 4.0])), np.copysign(1.0, a))
print(np.add(1, a), np.multiply(a, a), np.subtract(a, 1), np.divide(a, 2), np.floor_divide(a, 1), np.mod(a, 2), np.power(a, 2), np.hypot(np.array([3.0, 5.0]), np.array([4.0, 12.0])))
print(np.round(np.array([1.234, 5.678, 0.5, 1.005]), 2), np.round(2.5), np.abs(-3), np.sqrt(2), np.floor(-0.5), np.sign(-3), np.square(3), np.around(np.array([12.5, 15.0]), -1))
print(np.maximum(np.array([1, np.nan]), 0), np.fmax(np.array([1, np.nan]), 0), np.signbit(np.array([-0.0, 0.0])), np.equal(a, 0.5), np.greater(a, 0))
