# Objects that are shared: in lists, linked, chosen.
class Node:
    def __init__(self, v):
        self.v = v
        self.next = None
head = None
for i in range(5):
    n = Node(i * i)
    n.next = head
    head = n
p = head
total = 0
while p is not None:
    total += p.v
    p = p.next
print(total)
class Body:
    def __init__(self, x, m):
        self.x = x
        self.v = 0.0
        self.m = m
bodies = [Body(0.0, 1.0), Body(1.0, 2.0), Body(3.0, 0.5)]
for step in range(10):
    for b in bodies:
        f = 0.0
        for o in bodies:
            if o is not b:
                d = o.x - b.x
                f += o.m * d / (abs(d) ** 3 + 0.01)
        b.v += 0.01 * f
    for b in bodies:
        b.x += 0.01 * b.v
print([round(b.x, 6) for b in bodies])
first = bodies[0]
first.x = 100.0
print(bodies[0].x, first is bodies[0], first is bodies[1], max(bodies, key=lambda b: b.x).m)
class Stack:
    def __init__(self):
        self.items = []
    def push(self, v):
        self.items.append(v)
    def pop(self):
        if not self.items:
            raise IndexError("empty")
        return self.items.pop()
s = Stack()
for i in range(4):
    s.push(i)
print(s.pop(), s.pop(), len(s.items))
def pick(a, b, flag):
    return a if flag else b
x, y = Body(1.0, 1.0), Body(2.0, 2.0)
for flag in [True, False]:
    z = pick(x, y, flag)
    z.v += 5.0
print(x.v, y.v)
class Tree:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None
    def insert(self, key):
        if key < self.key:
            if self.left is None:
                self.left = Tree(key)
            else:
                self.left.insert(key)
        else:
            if self.right is None:
                self.right = Tree(key)
            else:
                self.right.insert(key)
    def walk(self):
        out = []
        if self.left is not None:
            out = self.left.walk()
        out.append(self.key)
        if self.right is not None:
            for k in self.right.walk():
                out.append(k)
        return out
t = Tree(5)
for k in [3, 8, 1, 4, 9, 7]:
    t.insert(k)
print(t.walk())
