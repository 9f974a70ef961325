class Node:
    def __init__(self, key, left=None, right=None):
        self.key = key
        self.left = left
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right

    def paths(self, so_far=()):
        here = so_far + (self.key,)
        if self.left is None and self.right is None:
            yield here
        for child in (self.left, self.right):
            if child is not None:
                yield from child.paths(here)


def build(keys):
    if not keys:
        return None
    mid = len(keys) // 2
    return Node(keys[mid], build(keys[:mid]), build(keys[mid + 1:]))


def walk(node, depth=0):
    if node is None:
        return
    yield depth, node.key
    yield from walk(node.left, depth + 1)
    yield from walk(node.right, depth + 1)


def leaves(node):
    if node:
        if not node.left and not node.right:
            yield node
        yield from leaves(node.left)
        yield from leaves(node.right)


tree = build(list(range(10)))
print(list(tree), sum(tree), max(tree), sorted(tree, reverse=True)[:3])
for x in tree:
    if x > 6:
        break
    print(x, end=" ")
print()
print([k for d, k in walk(tree) if d == 2], max(d for d, k in walk(tree)))
for p in tree.paths():
    print(p)
print([n.key for n in leaves(tree)], list(walk(None)))
total = 0
for d, k in walk(tree):
    total += d * k
print(total)
print(dict((k, d) for d, k in walk(build([3, 1, 2]))))
