"""Shared dicts: in lists, in fields, as arguments and results, nested."""
people = []
for i in range(3):
    p = {}
    p["name" + str(i)] = i
    p["age"] = 20 + i
    people.append(p)
for p in people:
    print(p, len(p), p["age"])
people[1]["extra"] = 5
print(people)
q = people[0]
q["age"] += 100
print(people[0] is q, people[0])

class Inventory:
    def __init__(self):
        self.items = {}
        self.seen = set()
    def add(self, name, n):
        self.items[name] = self.items.get(name, 0) + n
        self.seen.add(name)
    def total(self):
        return sum(self.items.values())
    def __repr__(self):
        return f"Inventory({self.items})"
a = Inventory()
a.add("apple", 3)
a.add("pear", 2)
a.add("apple", 1)
print(a, a.total(), sorted(a.seen))
shops = [Inventory(), Inventory()]
shops[0].add("x", 1)
shops[1].add("y", 2)
shops[1].add("z", 3)
print(shops, [s.total() for s in shops])

def count(items):
    out = {}
    for x in items:
        out[x] = out.get(x, 0) + 1
    return out
c1 = count("hello world")
c2 = count([1, 2, 1, 3])
print(c1, c2)

def merge(a, b):
    for k in b:
        a[k] = a.get(k, 0) + b[k]
m = count("abc")
merge(m, count("bcd"))
print(m)
ints = [{1: 2}, {3: 4}]
floats = [{1: 2.5}, {3: 4.5}]
for d in ints:
    d[9] = 9
for d in floats:
    d[9] = 9.5
print(ints, floats)
nested = {}
for w in ["ab", "ac", "bc", "bd"]:
    if w[0] not in nested:
        nested[w[0]] = {}
    nested[w[0]][w[1]] = w
print(nested, nested["a"]["c"])
trie = {}
tree = {}
for k in range(5):
    tree[k] = {"left": k * 2, "right": k * 2 + 1}
print(tree[3]["right"], tree)
def choose(flag):
    if flag:
        d = {}
        d["a"] = 1
    else:
        d = {}
        d["b"] = 2
    return d
print(choose(True), choose(False))
ds = [choose(i % 2 == 0) for i in range(3)]
print(ds)
table = [[{} for _ in range(2)] for _ in range(2)]
table[0][1]["k"] = 1
print(table)
