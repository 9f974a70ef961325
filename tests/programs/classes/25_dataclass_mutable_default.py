# A list as the default of a field.
from dataclasses import dataclass
@dataclass
class A:
    x: list = []
