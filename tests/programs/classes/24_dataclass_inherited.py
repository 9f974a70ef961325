# Dataclasses that derive; replace, astuple, asdict.
from dataclasses import dataclass
import dataclasses
@dataclass
class A:
    x: int
    y: int = 0
@dataclass
class B(A):
    z: int = 5
print(B(1), B(1, 2, 3), B(x=4, z=1))
print(dataclasses.replace(B(1), z=9), dataclasses.astuple(B(1)), dataclasses.asdict(A(1)))
