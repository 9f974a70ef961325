"""Dataclasses: defaults, frozen, order, post-init, replace, asdict, nested, class methods."""
from dataclasses import asdict, astuple, dataclass, field, replace
import math


@dataclass(frozen=True, order=True)
class Point:
    x: float
    y: float = 0.0

    @classmethod
    def polar(cls, r, angle):
        return cls(round(r * math.cos(angle), 6), round(r * math.sin(angle), 6))

    @property
    def norm(self):
        return math.sqrt(self.x ** 2 + self.y ** 2)

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


@dataclass
class Shape:
    name: str = field(default="shape")

    def area(self) -> float:
        raise NotImplementedError

    def describe(self) -> str:
        return f"{self.name} of area {self.area():.2f}"


@dataclass
class Circle(Shape):
    centre: Point = Point(0.0)
    radius: float = 1.0
    name: str = "circle"

    def area(self):
        return math.pi * self.radius ** 2


@dataclass
class Polygon(Shape):
    points: list = field(default_factory=list, repr=False)
    name: str = "polygon"

    def area(self):
        total = 0.0
        for a, b in zip(self.points, self.points[1:] + self.points[:1]):
            total += a.x * b.y - b.x * a.y
        return abs(total) / 2


@dataclass
class Temperature:
    celsius: float
    fahrenheit: float = field(init=False)

    def __post_init__(self):
        self.fahrenheit = self.celsius * 9 / 5 + 32


p, q = Point(3.0, 4.0), Point(1.0)
print(p, q, p.norm, p + q, p == Point(3.0, 4.0), q < p)
print(sorted([p, q, Point(1.0, -2.0)]), Point.polar(2, math.pi / 2))
print(len({p, q, Point(3.0, 4.0)}), replace(p, y=0.5), asdict(p), astuple(p))
try:
    p.x = 9.0
except AttributeError as e:
    print(type(e).__name__, e)

shapes = [Circle(radius=2.0), Polygon(points=[Point(0.0), Point(4.0), Point(4.0, 3.0)]), Circle("disc", q, 0.5)]
for shape in shapes:
    print(shape.describe(), "|", shape)
print(max(shapes, key=lambda s: s.area()).name, f"{sum(s.area() for s in shapes):.3f}")
print([isinstance(s, Circle) for s in shapes], isinstance(shapes[1], Shape))
try:
    Shape().describe()
except NotImplementedError:
    print("a plain shape has no area")
a = Polygon()
a.points.append(p)
print(len(a.points), len(Polygon().points), Circle() == Circle(), Circle() == Circle(radius=3.0))
print(Temperature(100.0), Temperature(celsius=-40))
