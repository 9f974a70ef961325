# Operator methods of objects, in place and mirrored, and conversions.
class V:
    def __init__(self, x):
        self.x = x
    def __iadd__(self, o):
        self.x += o.x
        return self
    def __sub__(self, o):
        return V(self.x - o.x)
    def __truediv__(self, k):
        return V(self.x / k)
    def __floordiv__(self, k):
        return V(self.x // k)
    def __mod__(self, k):
        return V(self.x % k)
    def __pow__(self, k):
        return V(self.x ** k)
    def __radd__(self, k):
        return V(k + self.x)
    def __rsub__(self, k):
        return V(k - self.x)
    def __le__(self, o):
        return self.x <= o.x
    def __ge__(self, o):
        return self.x >= o.x
    def __gt__(self, o):
        return self.x > o.x
    def __ne__(self, o):
        return self.x != o.x
    def __setitem__(self, i, v):
        self.x = i * v
    def __int__(self):
        return int(self.x)
    def __float__(self):
        return float(self.x)
    def __index__(self):
        return 3
    def __round__(self, n=0):
        return round(self.x, n)
    def __invert__(self):
        return V(~self.x)
    def __and__(self, o):
        return V(self.x & o.x)
    def __matmul__(self, o):
        return self.x * o.x
    def __str__(self):
        return "V" + str(self.x)
    def __format__(self, spec):
        return "fmt" + spec
a = V(5)
b = a
a += V(2)
print(a, b, a - V(1), a / 2, a // 2, a % 4, a ** 2, 1 + a, 10 - a, a <= V(9), a >= V(9), a > V(1), a != V(7), int(a), float(a), ~a, a & V(3), a @ V(2))
a[3] = 4
print(a, f"{a:xx}")
