# Keys that are computed select among those that are there; missing ones raise KeyError.
prices = {"apple": 1.5, "pear": 2.25, "fig": 0.5}
def cost(basket):
    total = 0.0
    for item, n in basket:
        total += prices[item] * n
    return total
print(cost([("apple", 2), ("fig", 4), ("pear", 1)]))
def find(k):
    try:
        return prices[k]
    except KeyError as e:
        print("missing", e, repr(e))
        return -1.0
print(find("fig"), find("kiwi"))
for k in ["pear", "plum"]:
    print(k, k in prices, prices.get(k), prices.get(k, 0.0))
counts = {"a": 0, "b": 0}
for i in range(10):
    if i % 3:
        counts["a"] += i
    else:
        counts["b"] -= 1
print(counts, sum(counts.values()), max(counts.values()), sorted(counts))
def bump(d):
    d["hits"] += 1
    return d
state = {"hits": 0, "log": []}
for i in range(1000):
    bump(state)["log"].append(i)
print(state["hits"], len(state["log"]), sum(state["log"]))
def options(a, b=2, *, c=3):
    return a, b, c
opts = {"b": 5, "c": "x"}
print(options(1, **opts), options(**{"a": 0}))
try:
    for k in state:
        state["other"] = 1
except RuntimeError as e:
    print(e)
print(opts["nope"])
