# digits: 15 math.sin, math.cos, math.tan, math.exp, math.log, math.tanh, math.atan2, math.pow
# The math module: exact functions, then the transcendental ones.
import math
print(math.sqrt(2), math.sqrt(16), math.floor(2.7), math.floor(-2.7), math.ceil(2.1), math.ceil(-2.1), math.trunc(-2.7))
print(math.pi, math.e, math.inf, math.nan, math.tau, math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1.0))
print(math.gcd(12, 18), math.gcd(-4, 6), math.factorial(10), math.comb(5, 2), math.fabs(-2), math.copysign(3, -0.0))
print(math.hypot(3, 4), math.degrees(math.pi), math.radians(180), math.fmod(-7, 3), math.isqrt(99))
print(math.sin(0.5), math.cos(0.5), math.tan(0.5), math.exp(1.5), math.log(10), math.log2(8), math.log10(1000))
print(math.tanh(0.3), math.atan2(1, -2), math.atan(0.7), math.asin(0.3), math.acos(0.3), math.sinh(1.2), math.cosh(1.2))
print(math.pow(2, 0.5), math.log1p(1e-10), math.expm1(1e-10), math.log(8, 2), math.sin(0), math.exp(0), math.cos(0))
