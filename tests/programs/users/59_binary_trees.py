"""A binary search tree with deletion and traversals, an expression tree, and a trie."""


class Tree:
    def __init__(self, key, left=None, right=None):
        self.key = key
        self.left = left
        self.right = right


class BinarySearchTree:
    def __init__(self, keys=()):
        self.root = None
        for key in keys:
            self.insert(key)

    def insert(self, key):
        self.root = self._insert(self.root, key)

    def _insert(self, node, key):
        if node is None:
            return Tree(key)
        if key < node.key:
            node.left = self._insert(node.left, key)
        elif key > node.key:
            node.right = self._insert(node.right, key)
        return node

    def __contains__(self, key):
        node = self.root
        while node is not None and node.key != key:
            node = node.left if key < node.key else node.right
        return node is not None

    def delete(self, key):
        def remove(node, key):
            if node is None:
                raise KeyError(key)
            if key < node.key:
                node.left = remove(node.left, key)
            elif key > node.key:
                node.right = remove(node.right, key)
            elif node.left is None:
                return node.right
            elif node.right is None:
                return node.left
            else:
                smallest = node.right
                while smallest.left:
                    smallest = smallest.left
                node.key = smallest.key
                node.right = remove(node.right, smallest.key)
            return node

        self.root = remove(self.root, key)

    def __iter__(self):
        yield from self._walk(self.root)

    def _walk(self, node):
        if node:
            yield from self._walk(node.left)
            yield node.key
            yield from self._walk(node.right)

    def preorder(self):
        def visit(node):
            return [node.key] + visit(node.left) + visit(node.right) if node else []
        return visit(self.root)

    def height(self, node="root"):
        if node == "root":
            node = self.root
        if node is None:
            return 0
        return 1 + max(self.height(node.left), self.height(node.right))

    def levels(self):
        level = [self.root] if self.root else []
        while level:
            yield [node.key for node in level]
            level = [child for node in level for child in (node.left, node.right) if child]


class Trie:
    def __init__(self):
        self.children = {}
        self.is_word = False

    def insert(self, word):
        node = self
        for ch in word:
            node = node.children.setdefault(ch, Trie())
        node.is_word = True

    def words(self, prefix=""):
        if self.is_word:
            yield prefix
        for ch in sorted(self.children):
            yield from self.children[ch].words(prefix + ch)

    def starting_with(self, prefix):
        node = self
        for ch in prefix:
            if ch not in node.children:
                return []
            node = node.children[ch]
        return list(node.words(prefix))


def show(node, depth=0):
    if node is not None:
        show(node.right, depth + 1)
        print("    " * depth + str(node.key))
        show(node.left, depth + 1)


tree = BinarySearchTree([50, 30, 70, 20, 40, 60, 80, 35, 45, 65])
print(list(tree), tree.height(), 45 in tree, 46 in tree)
print(tree.preorder())
print(list(tree.levels()))
for key in (20, 30, 50):
    tree.delete(key)
    print("without", key, list(tree), "root", tree.root.key)
try:
    tree.delete(99)
except KeyError as e:
    print("KeyError:", e)
show(tree.root)
words = BinarySearchTree("pear fig apple kiwi banana".split())
print(list(words), min(words), BinarySearchTree().height())

expression = Tree("+", Tree(3), Tree("*", Tree(4), Tree("-", Tree(7), Tree(2))))


def evaluate(node):
    if node.left is None:
        return node.key
    a, b = evaluate(node.left), evaluate(node.right)
    return a + b if node.key == "+" else a - b if node.key == "-" else a * b


print(evaluate(expression))
trie = Trie()
for word in ("car", "card", "care", "cat", "dog", "do"):
    trie.insert(word)
print(list(trie.words()), trie.starting_with("car"), trie.starting_with("x"))
