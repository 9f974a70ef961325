class Node:
    def __init__(self, name):
        self.name = name
        self.kids = []
a = Node("a"); b = Node("b")
shared = [1]
a.kids = shared
b.kids = shared
nodes = [a, b]
for n in nodes:
    n.kids.append(len(n.kids))
print(shared, a.kids, b.kids is a.kids)
groups = []
for w in ["x", "y", "xx"]:
    for g in groups:
        if g[0] == len(w):
            g[1].append(w)
            break
    else:
        groups.append((len(w), [w]))
print(groups)
cur, nxt = [0], []
for k in range(4):
    for x in cur:
        nxt.append(x + k)
        nxt.append(x * k)
    cur, nxt = nxt, []
print(cur)
