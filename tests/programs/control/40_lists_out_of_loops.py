# Empty lists that loops return and bind, where what comes behind them decides the type of their elements.
def first(s):
    for ch in s:
        if ch == "x":
            return []
    return [1]


print(first("abc"), first("axb"))


def bound(s):
    for ch in s:
        r = []
        print(ch)
    r.append(1)
    return r


print(bound("ab"))


def pair(s):
    for ch in s:
        if ch == "x":
            return [], 1
    return [1], 0


print(pair("abc"), pair("axb"))


def several(s):
    for ch in s:
        if ch == "x":
            return []
        while ch == "b":
            return [2.5]
    return [1, "a"]


print(several("abc"), several("axb"), several("c"))


def rebound(s):
    r = []
    q = []
    for ch in s:
        r = []
        q = [ch] if q else []
    r.append(1)
    q.append("x")
    return r, q


print(rebound("ab"), rebound(""))


class Trie:
    def __init__(self):
        self.children = {}

    def find(self, word):
        node = self
        for ch in word:
            if ch not in node.children:
                return []
            node = node.children[ch]
        return sorted(node.children)


root = Trie()
root.children["a"] = Trie()
root.children["a"].children["b"] = Trie()
print(root.find("a"), root.find("x"), root.find("ab"))
