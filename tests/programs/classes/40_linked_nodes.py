class Node:
    def __init__(self, v):
        self.v = v
        self.next = None
def build(vs):
    head = None
    last = None
    for v in vs:
        n = Node(v)
        if head is None:
            head = n
        else:
            last.next = n
        last = n
    return head
h = build([1, 2, 3])
last = h
while last.next:
    last = last.next
last.next = Node(4)
p = h
while p is not None:
    print(p.v)
    p = p.next
xs = [3, 1, 0, None]
i = 0
while i is not None:
    print(i)
    i = xs[i]
try:
    q = last.next.next
    q.v = 3
except AttributeError as e:
    print(e)
try:
    print(xs[xs[3]])
except TypeError as e:
    print(e)
def f(**kw):
    return ", ".join([f"{k}={v}" for k, v in kw.items()])
print(f(), f(a=1))
