# Properties with setters, static and class methods.
class T:
    def __init__(self, c):
        self._c = c
    @property
    def f(self):
        return self._c * 9 / 5 + 32
    @f.setter
    def f(self, v):
        self._c = (v - 32) * 5 / 9
    @staticmethod
    def zero():
        return T(0)
    @classmethod
    def of(cls, f):
        t = cls(0)
        t.f = f
        return t
t = T(100)
print(t.f)
t.f = 32
print(t._c, T.zero().f, T.of(212)._c, t.of(50)._c)
