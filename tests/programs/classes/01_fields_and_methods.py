# Classes: fields, methods, constants, identity.
class Point:
    dims = 2
    def __init__(self, x, y=0.0):
        self.x = x
        self.y = y
    def norm2(self):
        return self.x * self.x + self.y * self.y
    def move(self, dx, dy):
        self.x += dx
        self.y += dy
        return self
    def __repr__(self):
        return f"Point({self.x}, {self.y})"
p = Point(1.0, 2.0)
q = p
q.move(1, 1).move(0.5, 0)
print(p, p.norm2(), p is q, p.dims, Point.dims, type(p).__name__, isinstance(p, Point))
r = Point(y=3.0, x=1)
print(r, r == p, p == q, r is not p)
def bump(o, k):
    for _ in range(k):
        o.x += 1
bump(r, 3)
print(r.x)
class Counter:
    def __init__(self):
        self.n = 0
        self.log = []
    def add(self, k):
        self.n += k
        self.log.append(k)
c = Counter()
for i in range(5):
    if i % 2 == 0:
        c.add(i)
print(c.n, c.log)
c.extra = "new"
print(c.extra)
class Vec:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def __add__(self, o):
        return Vec(self.a + o.a, self.b + o.b)
    def __mul__(self, k):
        return Vec(self.a * k, self.b * k)
    def __rmul__(self, k):
        return self * k
    def __neg__(self):
        return Vec(-self.a, -self.b)
    def __eq__(self, o):
        return self.a == o.a and self.b == o.b
    def __len__(self):
        return 2
    def __getitem__(self, i):
        return self.a if i == 0 else self.b
    def __str__(self):
        return f"<{self.a}, {self.b}>"
v = Vec(1, 2) + Vec(3, 4) * 2
print(v, 2 * v, -v, v == Vec(7, 10), v != Vec(7, 10), len(v), v[0], v[1])
acc = Vec(0, 0)
for i in range(4):
    acc = acc + Vec(i, i * i)
print(acc)
class Animal:
    sound = "..."
    def __init__(self, name):
        self.name = name
    def speak(self):
        return f"{self.name} says {self.sound}"
class Dog(Animal):
    sound = "woof"
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age
    def speak(self):
        return super().speak() + "!" * self.age
d = Dog("Rex", 2)
print(d.speak(), Animal("Cat").speak(), isinstance(d, Animal), isinstance(d, Dog), isinstance(Animal("x"), Dog))
class Temp:
    scale = 1.8
    def __init__(self, c):
        self.c = c
    @property
    def f(self):
        return self.c * self.scale + 32
    @staticmethod
    def zero():
        return Temp(0)
    @classmethod
    def of(cls, f):
        return cls((f - 32) / cls.scale)
print(Temp(100).f, Temp.zero().c, Temp.of(212).c)
try:
    print(p.z)
except AttributeError as e:
    print(e)
try:
    Point()
except TypeError as e:
    print(e)
