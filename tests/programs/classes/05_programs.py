# Programs with objects: linked lists, accounts, graphs, matrices, particles.
class LinkedList:
    def __init__(self):
        self.head = None
        self.size = 0
    def push(self, v):
        self.head = Node(v, self.head)
        self.size += 1
    def reverse(self):
        prev = None
        cur = self.head
        while cur:
            nxt = cur.next
            cur.next = prev
            prev = cur
            cur = nxt
        self.head = prev
    def items(self):
        out = []
        n = self.head
        while n is not None:
            out.append(n.value)
            n = n.next
        return out
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next
l = LinkedList()
for i in range(5):
    l.push(i)
l.reverse()
print(l.items(), l.size)
class Account:
    rate = 0.05
    def __init__(self, owner, balance=0.0):
        self.owner = owner
        self.balance = balance
    def deposit(self, x):
        self.balance += x
        return self.balance
    def withdraw(self, x):
        if x > self.balance:
            raise ValueError("insufficient funds")
        self.balance -= x
        return self.balance
    def interest(self):
        return self.balance * self.rate
accounts = [Account("ann", 100.0), Account("bob"), Account("cy", 5.5)]
for a in accounts:
    a.deposit(10)
try:
    accounts[1].withdraw(50)
except ValueError as e:
    print(accounts[1].owner, e)
print([(a.owner, a.balance, round(a.interest(), 3)) for a in accounts])
accounts.sort(key=lambda a: a.balance)
print([a.owner for a in accounts])
class Graph:
    def __init__(self, n):
        self.n = n
        self.adj = [[] for _ in range(n)]
    def edge(self, a, b):
        self.adj[a].append(b)
        self.adj[b].append(a)
    def bfs(self, s):
        dist = [-1] * self.n
        dist[s] = 0
        queue = [s]
        for u in queue:
            for v in self.adj[u]:
                if dist[v] < 0:
                    dist[v] = dist[u] + 1
                    queue.append(v)
        return dist
g = Graph(6)
for a, b in [(0, 1), (1, 2), (2, 3), (0, 4)]:
    g.edge(a, b)
print(g.bfs(0))
class Matrix:
    def __init__(self, rows):
        self.rows = rows
    def __matmul__(self, o):
        n, m, k = len(self.rows), len(o.rows[0]), len(o.rows)
        return Matrix([[sum(self.rows[i][t] * o.rows[t][j] for t in range(k)) for j in range(m)] for i in range(n)])
    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]
    def __setitem__(self, ij, v):
        i, j = ij
        self.rows[i][j] = v
    def __str__(self):
        return "\n".join(" ".join(str(x) for x in r) for r in self.rows)
m = Matrix([[1, 2], [3, 4]])
m[0, 0] = 10
print(m @ m)
print(m[1, 1])
class Particle:
    count = 0
    def __init__(self, x, v):
        self.x, self.v = x, v
        Particle.count += 1
    def step(self, dt):
        self.x += self.v * dt
        if self.x > 1.0 or self.x < 0.0:
            self.v = -self.v
            self.bounced = True
ps = [Particle(0.1 * i, 0.3 - 0.1 * i) for i in range(5)]
for _ in range(50):
    for p in ps:
        p.step(0.1)
print([round(p.x, 4) for p in ps], Particle.count)
for p in ps[:2]:
    print(p.bounced)
