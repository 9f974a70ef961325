# Dataclasses: field, order, frozen, kw_only, __post_init__, errors of calls.
from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float = 1.5
    tags: list = field(default_factory=list)
    hidden: int = field(default=3, repr=False, compare=False)


p = Item("pen")
q = Item("pen", 1.5)
q.hidden = 9
print(p, p == q, p != Item("ink"))
p.tags.append("blue")
print(p, q)


@dataclass(order=True)
class Point:
    x: int
    y: int = 0


print(Point(1) < Point(2), sorted([Point(3), Point(1, 5), Point(1)]), max(Point(1), Point(0, 9)), Point(1) <= Point(1))


@dataclass
class Circle:
    r: float
    area: float = field(init=False)

    def __post_init__(self):
        self.area = 3 * self.r**2


print(Circle(2.0), Circle(r=1.0).area)


@dataclass(frozen=True)
class Fixed:
    a: int
    b: str = "x"


print(Fixed(1), Fixed(1) == Fixed(1, "x"))
try:
    Fixed(1).a = 5
except AttributeError as e:
    print(type(e).__name__, e)


@dataclass(kw_only=True)
class Options:
    verbose: bool = False
    level: int


print(Options(level=3))
try:
    Item()
except TypeError as e:
    print(e)
try:
    Item("a", 1, [], 2, 3)
except TypeError as e:
    print(e)
Fixed(2).b = "y"
