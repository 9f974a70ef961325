from . import PI
from ..square import Square


class Circle:
    def __init__(self, r):
        self.r = r

    def area(self):
        return PI * Square(self.r).area()

    def __repr__(self):
        return f"Circle({self.r})"
