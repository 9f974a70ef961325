"""Greatest common divisors, extended Euclid, modular powers, Chinese remainders, RSA, a Fraction class."""
from functools import reduce
import math


def gcd(a, b):
    while b:
        a, b = b, a % b
    return abs(a)


def lcm(*numbers):
    return reduce(lambda a, b: a // gcd(a, b) * b, numbers)


def extended_gcd(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = extended_gcd(b, a % b)
    return g, y, x - (a // b) * y


def inverse(a, m):
    g, x, _ = extended_gcd(a, m)
    if g != 1:
        raise ValueError(f"{a} has no inverse modulo {m}")
    return x % m


def power(base, exponent, modulus):
    result = 1
    base %= modulus
    while exponent > 0:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def chinese_remainder(remainders, moduli):
    total = math.prod(moduli)
    x = 0
    for r, m in zip(remainders, moduli):
        part = total // m
        x += r * part * inverse(part, m)
    return x % total


class Fraction:
    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError("Fraction(%d, 0)" % n)
        g = gcd(n, d) if d > 0 else -gcd(n, d)
        self.n, self.d = n // g, d // g

    def __add__(self, other):
        other = Fraction.of(other)
        return Fraction(self.n * other.d + other.n * self.d, self.d * other.d)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -Fraction.of(other)

    def __neg__(self):
        return Fraction(-self.n, self.d)

    def __mul__(self, other):
        other = Fraction.of(other)
        return Fraction(self.n * other.n, self.d * other.d)

    def __truediv__(self, other):
        return self * Fraction(other.d, other.n)

    def __eq__(self, other):
        other = Fraction.of(other)
        return (self.n, self.d) == (other.n, other.d)

    def __lt__(self, other):
        return self.n * other.d < other.n * self.d

    def __float__(self):
        return self.n / self.d

    def __str__(self):
        return f"{self.n}/{self.d}" if self.d != 1 else str(self.n)

    @staticmethod
    def of(x):
        return x if isinstance(x, Fraction) else Fraction(x)


print(gcd(1071, 462), gcd(-12, 18), lcm(4, 6, 10), math.gcd(0, 5))
print(extended_gcd(240, 46), inverse(3, 11))
print(power(3, 200, 13), pow(3, 200, 13), power(7, 10**12, 1_000_003))
print(chinese_remainder([2, 3, 2], [3, 5, 7]))
p, q, e = 61, 53, 17
n, phi = p * q, (p - 1) * (q - 1)
d = inverse(e, phi)
message = [ord(c) for c in "Hi!"]
cipher = [power(m, e, n) for m in message]
print(n, d, cipher, "".join(chr(power(c, d, n)) for c in cipher))
print([k for k in range(1, 20) if gcd(k, 20) == 1])
half, third = Fraction(1, 2), Fraction(2, 6)
print(half + third, half - third, half * third, half / third, half + 1, -half, 2 + third)
print(half == Fraction(2, 4), third < half, float(third), sum([half, third, Fraction(1, 6)]))
print(*sorted([Fraction(3, 4), Fraction(2, 3), half]), max(half, third))
for bad in (lambda: inverse(4, 8), lambda: Fraction(1, 0)):
    try:
        bad()
    except (ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
