"""Trees of dataclasses and of dicts: shown and compared."""
from dataclasses import dataclass, field


@dataclass
class Node:
    key: int
    left: "Node" = None
    right: "Node" = None


@dataclass
class Tree:
    name: str
    kids: list = field(default_factory=list)


def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    else:
        node.right = insert(node.right, key)
    return node


a = b = None
for k in (4, 2, 6, 1):
    a = insert(a, k)
for k in (4, 6, 2, 1):
    b = insert(b, k)
print(a)
print(a == b, a == insert(b, 9), a != b)

t = Tree("root", [Tree("a"), Tree("b", [Tree("c")])])
print(t)
print(t == Tree("root", [Tree("a"), Tree("b", [Tree("c")])]), t == Tree("root"))


def record(depth):
    if depth == 0:
        return None
    return {"depth": depth, "next": record(depth - 1)}


r = record(3)
print(r, r == record(3), r == record(2))


def table(words):
    root = {}
    for w in words:
        d = root
        for c in w:
            if c not in d:
                d[c] = {}
            d = d[c]
    return root


p = table(["to", "tea", "ten"])
print(p, p == table(["tea", "ten", "to"]), p == table(["tea"]))
