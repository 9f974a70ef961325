# reduce, partial, and the functions of operator.
import functools
from functools import reduce, partial
import operator
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [], 5), reduce(max, [3, 9, 2]), reduce(operator.mul, range(1, 6), 1))
def p(a, b, c=3):
    return a, b, c
q = partial(p, 1, c=5)
print(q(2), q(2, c=7))
double = functools.partial(operator.mul, 2)
print([double(x) for x in range(3)])
print(operator.add(1, 2), sorted([(1, 3), (2, 1)], key=operator.itemgetter(1)), operator.lt(1, 2), operator.neg(3), operator.getitem([1, 2], 1), operator.truediv(1, 2), operator.mod(7, 3), operator.contains([1], 1), operator.xor(5, 1), operator.abs(-3), operator.itemgetter(2, 0)("abc"))
class P:
    def __init__(self, x):
        self.x = x
    def scaled(self, k):
        return self.x * k
ps = [P(3), P(1), P(2)]
print([o.x for o in sorted(ps, key=operator.attrgetter("x"))], operator.methodcaller("scaled", 10)(ps[0]))
try:
    reduce(lambda a, b: a + b, [])
except TypeError as e:
    print(e)
