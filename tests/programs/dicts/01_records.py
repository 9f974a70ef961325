# Dicts with constant keys: values of different types, order, methods, views.
d = {"name": "ab", "n": 3, "w": 0.5}
print(d, len(d), d["name"] * d["n"], d["w"] * 2, bool(d), bool({}))
d["n"] += 1
d["new"] = [1, 2]
d["new"].append(3)
print(d)
print(list(d), list(d.keys()), list(d.values()), list(d.items()))
print(d.keys(), d.values(), d.items(), len(d.items()))
print("n" in d, "x" in d, "x" not in d, 4 in d.values(), ("n", 4) in d.items(), "w" in d.keys())
print(d.get("n"), d.get("x"), d.get("x", 7), d.get("name", 0))
print(d.pop("w"), d.pop("w", None), d)
print(d.setdefault("w", 1), d.setdefault("n", 99), d)
del d["name"]
d["name"] = "again"
print(d)
d.update({"n": 0, "z": 1j}, k=True)
print(d, d.popitem(), d)
e = d.copy()
e["n"] = 100
print(d["n"], e["n"], d == e, d == dict(d), {"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"b": 1})
f = d
f["n"] = -1
print(d["n"], f is d, e is d)
for k in d:
    print(k, end=" ")
print()
for i, (k, v) in enumerate(d.items()):
    print(i, k, v)
for k in reversed(d):
    print(k, end=" ")
print()
print({**d, "n": 5, "more": None}, dict(a=1, b="x"), dict(), dict([("p", 1), ("q", 2.5)]), dict(zip(("x", "y"), (1, 2))))
print({"a": 1} | {"b": 2, "a": 3})
g = {1: "one", 2: "two", "three": 3}
print(g, g[1], g["three"])
print(type(d), isinstance(d, dict), isinstance(d, list))
print({"nested": {"deep": {"x": 1}}}["nested"]["deep"]["x"])
d.clear()
print(d, len(d))
