"""The order of sets of constants, and dicts whose keys differ from path to path."""
s = {5, 3, 99, -4, 1000, 17}
print(s)
k = 3
print({k, 2, 5, 11, 19}, {11, 11, 3}, {9, 1, -9, -7}, {(1, 2), 3, 4} == {4, 3, (1, 2)})
a = 3
b = {'x': {'a': 1, 'b': 2}} if a > int('2') else {'y': {'c': 3}}
print(b)
n = int('3')
items = [{6: 'a'}, {6: 'b', 11: 'c'}]
if n > 2:
    items = [{0: 'q'}, {12: 'x', 11: 'y'}]
print(items)
n = int('3')
xs = [{'pad': -4} if n > 2 else {'a': 9, 'b': 9} for e in range(n)] or [{'Q': 5}]
print(xs)
n = int('3')
d = {(4, 'k1'): e >= 2 for e in range(1, n) } or {(634, 'k1'): False, (12, 'b'): False}
print(d)
p = ({'a': True, 'k': not False}, 4)
if n > 1:
    p = ({'b': False, 'z': True, 'c': n > 3}, p[-1])
print(p)
n = int('3')
t = dict(zip([1, 2], [{n: 1}, {n: 2}]))
print(t == {1: {3: 1}, n: {3: 2}})
print(t == {1: {3: 1}, n - 1: {3: 2}})
