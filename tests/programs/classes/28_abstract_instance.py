# An object of an abstract class.
from abc import ABC, abstractmethod


class Shape(ABC):
    @property
    @abstractmethod
    def name(self):
        ...

    @abstractmethod
    def area(self):
        ...

    def show(self):
        return f"{self.name} {self.area()}"


class Square(Shape):
    def __init__(self, a):
        self.a = a

    @property
    def name(self):
        return "square"

    def area(self):
        return self.a ** 2


class Half(Shape):
    def area(self):
        return 0


print(Square(2).show())
print(Half().area())
