# digits: 15 np.exp, np.log, np.sin, np.cos, np.tan, np.tanh, np.arctan2, np.power
# Elementwise functions of the mathematics library.
import numpy as np
x = np.array([0.1, 0.5, 1.0, 2.5])
for v in (np.exp(x), np.log(x), np.sin(x), np.cos(x), np.tan(x), np.tanh(x), np.arctan(x), np.sinh(x), np.cosh(x), np.log2(x), np.log10(x), np.log1p(x), np.expm1(x), np.exp2(x), np.cbrt(x)):
    print(v)
    print(v[1], v.sum())
print(np.arctan2(x, -x), np.arcsin(x[:3]), np.arccos(x[:3]), np.power(x, 1.5), x ** -0.5, x ** x)
print(np.exp(np.array([0, 1])), np.exp(1), np.log(np.array([1, 10, 100])))
print(np.exp(np.array([-np.inf, 0.0, np.inf, np.nan, 710.0, -800.0])), np.tanh(np.array([-np.inf, 0.0, 50.0])), np.sin(0.0), np.cos(0.0))
