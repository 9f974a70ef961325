# Dict displays: calls among the keys, and `**` of what only run time chooses.
class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return True


def label(n):
    result = "na" * n
    with Quiet():
        result = f"{n:03d}"
        raise ValueError("inside")
    return result


def tried(n):
    result = 0
    try:
        result = n * n
        int("x")
    except ValueError:
        pass
    return result


rows = [{"b": "x"}]
rows.append({"a": "y", label(6): "z"})
print(rows)
print({"x": 1, label(7): 2, label(2): 3}, {1: 2, tried(4): 3})

k = 6
d = {k: "six"} if any(i <= 1 for i in [417, 5, k]) else {4: "four"}
print({**d, k: "again"}, {0: "zero", **d})
e = {}
e.update(d)
print(e, d | {k: "k"}, dict(d))
for key, value in {**d, **e, 9: "nine"}.items():
    print(key, value)
