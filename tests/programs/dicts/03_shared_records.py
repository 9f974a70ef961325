# Records in lists: one column per key; sorting, selecting, changing them through any name.
people = [{"name": "Ann", "age": 31}, {"name": "Bob", "age": 25}, {"name": "Cy", "age": 40}]
for p in people:
    p["age"] += 1
print(people)
print([p["name"] for p in people if p["age"] > 30], sum(p["age"] for p in people))
oldest = max(people, key=lambda p: p["age"])
oldest["name"] = "Cyrus"
print(people[2], oldest is people[2], people[0] is people[1])
for p in sorted(people, key=lambda p: p["age"]):
    print(p["name"], p["age"])
rows = []
for i in range(4):
    rows.append({"i": i, "sq": i * i, "tag": "x" * i})
print(rows[3], len(rows), rows[-1]["tag"])
d = {"v": 1}
for i in range(3):
    d = {"v": d["v"] * 2}
print(d)
def make(n):
    return {"n": n, "half": n / 2}
print([make(k)["half"] for k in range(3)], make(7))
def total(n, d):
    d["n"] += n
    return d if n == 0 else total(n - 1, d)
e = {"n": 1, "s": "x"}
g = total(3, e)
xs = [e, g, {"n": 7, "s": "z"}]
for x in xs:
    x["s"] += "!"
print(xs, g is e)
d = {"a": 1}
for i in range(5):
    d = {"a": d["a"] + 1, "i": i}
print(d)
