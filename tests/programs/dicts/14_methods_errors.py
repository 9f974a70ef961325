"""Methods and errors."""
d = {}
for i in range(5):
    d["k" + str(i)] = i
print(d.pop("k2"), d)
print(d.pop("zz", None), d.pop("zz", 7))
try:
    d.pop("zz")
except KeyError as e:
    print("pop", e)
print(d.popitem(), d)
print(d.setdefault("n", 9), d.setdefault("k0", 9), d)
e = d.copy()
e["new"] = 1
print(len(d), len(e), d == e, d != e)
del e["new"]
print(d == e)
d.update({"a": 1, "k0": 5})
print(d)
d.update(b=3)
print(d)
d |= {"c": 4}
print(d | {"x": 1})
try:
    del d["nope"]
except KeyError as e:
    print("del", e)
try:
    for k in d:
        d[k + "!"] = 1
except RuntimeError as e:
    print(e)
try:
    for k in list(d):
        if k.endswith("!"):
            del d[k]
    for k in d:
        del d[k]
except RuntimeError as e:
    print(e)
print(d)
d.clear()
print(d, len(d), bool(d), not d)
try:
    d.popitem()
except KeyError as e:
    print(e)
try:
    x = {[1]: 2}
except TypeError as e:
    print(e)
try:
    d[[1, 2]] = 3
except TypeError as e:
    print(e)
try:
    s = {1, 2}
    s.add({})
except TypeError as e:
    print(e)
print(d.keys(), d.values(), d.items())
d["q"] = 1
print(d.keys(), d.values(), d.items())
print(isinstance(d, dict), type(d).__name__, type(d) == dict)
print(dict.fromkeys([1, 2, 3]), dict.fromkeys("ab", 0))
m = {i: [] for i in range(3)}
m[1].append(5)
print(m)
print(hash(1) == hash(1.0), hash((1, 2)), hash(()), hash(2**61), hash(0.5))
