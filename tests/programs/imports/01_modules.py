"""Files beside the program: modules, packages, what their bodies print, and their names."""
import settings
import shapes
import shapes.square as sq
import shapes.round.circle
from helpers import LIMIT, clamp, table as numbers, Counter
from shapes import area_of, round
from shapes.round import circle as c
from settings import *
import recursive

print(settings.NAME, settings.scaled(3), __name__, settings.__name__, settings.__doc__)
print(LIMIT, clamp(50), clamp(-1), numbers[2])
numbers.append(9)
import helpers

print(helpers.table, helpers.total(), helpers.table is numbers)
print(shapes.VERSION, area_of(sq.Square(3)), shapes.square.Square(2).area(), shapes.round.circle.Circle(1).area())
print(round.PI, c.Circle(2), scaled(2), NAME)
k = Counter()
k.add()
k.add(5)
print(k.n, Counter.made)
print(helpers.bump(), helpers.bump(), helpers.count)
print(recursive.fact(10), recursive.depth([1, [2]]) if False else recursive.scaled_fact(5), recursive.lookup(3))


def walk(n):
    if n == 0:
        return helpers.LIMIT
    return walk(n - 1) + settings.scaled(n) + numbers[0]


print(walk(4))
try:
    helpers.fail("here")
except helpers.HelperError as e:
    print(type(e).__name__, e)
if __name__ == "__main__":
    print("main")
