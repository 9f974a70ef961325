# Functions of math that are written in the language.
import math
print(math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 2), math.isclose(0, 1e-10, abs_tol=1e-9), math.isclose(math.inf, math.inf), math.isclose(1.0, 1.01, rel_tol=0.02))
print(math.gcd(), math.gcd(12), math.gcd(12, 18), math.gcd(12, 18, 8), math.gcd(-4, 0), math.lcm(4, 6), math.lcm(), math.lcm(2, 3, 4), math.lcm(0, 5))
print(math.prod([1, 2, 3]), math.prod([0.5, 4], start=2), math.prod(x for x in range(1, 6)), math.prod([]))
print(math.modf(2.5), math.modf(-3.25), math.modf(4), math.modf(-0.5), math.modf(1e300))
print(math.frexp(8), math.frexp(0.1), math.frexp(-3.5), math.frexp(0), math.frexp(5e-324))
print(math.ldexp(1, 3), math.ldexp(0.75, -4), math.ldexp(1.0, -1074), math.ldexp(-3.0, 1000), math.ldexp(1.7, -1070))
print(math.dist([0, 0], [3, 4]), math.dist((1.5, 2), (4, 6)))
print(math.fsum([0.1] * 10), math.fsum([1e100, 1.0, -1e100]), math.fsum([]), math.fsum([1, 1e16, 1e-16, 1]), math.fsum([0.1, 0.2, 0.3, -0.6]))
def g(xs):
    return math.gcd(*xs) if len(xs) == 2 else 0
print(g((4, 6)))
try:
    math.ldexp(1.0, 2000)
except OverflowError as e:
    print(e)
