# Names, fields and entries of one list.
class Bag:
    def __init__(self, items):
        self.items = items
    def add(self, x):
        self.items.append(x)
        return self
stuff = [1]
bags = [Bag(stuff), Bag(stuff), Bag([7])]
bags[0].add(2)
bags[1].add(3)
print(stuff, [b.items for b in bags], bags[0].items is bags[1].items)
by = {"a": stuff, "b": stuff, "c": []}
for k in "abc":
    by[k].append(k)
print(by, stuff)
by["a"] = by["c"]
by["a"].append("z")
print(by)
def swap(d, x, y):
    d[x], d[y] = d[y], d[x]
swap(by, "a", "b")
print(by, by["a"] is stuff)
best = None
for k, v in by.items():
    if best is None or len(v) > len(best):
        best = v
best.append("best")
print(by, best)
x = [1, 2]
y = x if len(by) > 2 else [0]
z = [y, x]
y += [3]
print(x, y, z, z[0] is x)
try:
    z[1].append(4)
    z[5].append(1)
except IndexError as e:
    z[0].append(5)
    print(e, z)
