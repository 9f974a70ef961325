# Abstract classes.
from abc import ABC, abstractmethod
class S(ABC):
    @abstractmethod
    def area(self):
        ...
class Sq(S):
    def __init__(self, a):
        self.a = a
    def area(self):
        return self.a ** 2
print(Sq(3).area())
