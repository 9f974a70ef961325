"""Particles in a box: a vector class with operators, collisions with walls, conserved energy."""
import math


class Vec:
    __slots__ = ("x", "y")

    def __init__(self, x=0.0, y=0.0):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __eq__(self, other):
        return isinstance(other, Vec) and (self.x, self.y) == (other.x, other.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __repr__(self):
        return f"Vec({self.x:.3f}, {self.y:.3f})"

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Particle:
    def __init__(self, position, velocity, mass=1.0):
        self.position = position
        self.velocity = velocity
        self.mass = mass

    @property
    def energy(self):
        return 0.5 * self.mass * self.velocity.dot(self.velocity)

    def step(self, dt, force):
        self.velocity += force * (dt / self.mass)
        self.position += self.velocity * dt


class Box:
    def __init__(self, size):
        self.size = size
        self.bounces = 0

    def reflect(self, p):
        if p.position.x < 0 or p.position.x > self.size:
            p.velocity.x = -p.velocity.x
            p.position.x = min(max(p.position.x, 0.0), self.size)
            self.bounces += 1
        if p.position.y < 0 or p.position.y > self.size:
            p.velocity.y = -p.velocity.y
            p.position.y = min(max(p.position.y, 0.0), self.size)
            self.bounces += 1


box = Box(10.0)
particles = [Particle(Vec(i + 0.5, 9.0 - i), Vec(1.0 + 0.25 * i, -0.5 * i), mass=1 + i % 2) for i in range(6)]
gravity = Vec(0.0, -0.2)
for step in range(400):
    for p in particles:
        p.step(0.05, gravity * p.mass)
        box.reflect(p)
    if step % 100 == 99:
        centre = sum((p.position * p.mass for p in particles), Vec()) * (1 / sum(p.mass for p in particles))
        print(f"step {step + 1:3}: centre {centre}, kinetic {sum(p.energy for p in particles):.4f}")
print("bounces", box.bounces)
fastest = max(particles, key=lambda p: abs(p.velocity))
print("fastest", fastest.velocity, round(abs(fastest.velocity), 4))
a, b = Vec(3, 4), Vec(1, 2)
x, y = a
print(a + b, a - b, 2 * a, -a, abs(a), a == Vec(3, 4), a != b, x + y)
