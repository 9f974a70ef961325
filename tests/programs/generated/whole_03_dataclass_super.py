"""The constructor of a dataclass asked for by `super()`."""
from dataclasses import dataclass, field
@dataclass
class D:
    x: float
    ok: bool = True
    tags: list = field(default_factory=list)
class C(D):
    def __init__(self, x, more):
        super().__init__(x, ok=False)
        self.more = more
    def __repr__(self):
        return f"C({self.x}, {self.ok}, {self.tags}, {self.more})"
c = C(1.5, 'm')
c.tags.append('t')
print(c, C(2.5, 'n'))
@dataclass
class E(D):
    y: int = 3
    def __post_init__(self):
        print("post", self.x, self.y)
print(E(1.0, True, [], 4))
class F(E):
    def __init__(self, z):
        super().__init__(z, y=z * 2)
f = F(3)
print(f.x, f.y, f.tags)
