"""Objects and dicts that a loop over a generator makes, and products of lists in a handler."""
class P:
    def __init__(self, x, prev):
        self.x = x
        self.tags = [x]
def g(n):
    for k in range(n):
        yield k
        yield from [k * 10, 7]
prev = P(100, None)
best = None
for t in g(3):
    d = {str(t): [t, prev.x]}
    d[str(t)].append(prev.tags[0])
    p = P(t, prev)
    p.tags.append(prev.x)
    print(d, p.tags, prev.x)
    prev = p
    if best is None or best['k'] < t:
        best = {'k': t, 'v': [t]}
    best['v'].append(t)
print(best)
def g():
    yield from [1, 2]
for t in g():
    d = {str(t): {t: 7.0}}
import itertools
k = int('4')
try:
    print('a')
except Exception as e:
    print([a * b for a, b in itertools.product([k, 3], [2, 3])])
finally:
    print(k)
