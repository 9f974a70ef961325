class Tree:
    def __init__(self, n):
        self.n = n
        self.log = 0
    def items(self):
        for i in range(self.n):
            self.log += 1
            yield i * i
    def pairs(self):
        for a in self.items():
            for b in self.items():
                if a < b:
                    yield a, b
t = Tree(4)
for x in t.items():
    print(x, t.log)
print(list(t.pairs()), t.log)
def naturals():
    n = 0
    while True:
        yield n
        n += 1
for n in naturals():
    if n * n > 50:
        print(n)
        break
def take(it, k):
    if k <= 0:
        return
    for x in it:
        yield x
        k -= 1
        if k == 0:
            return
def chain(*its):
    for it in its:
        for x in it:
            yield x
def takewhile(f, it):
    for x in it:
        if not f(x):
            return
        yield x
def accumulate(it):
    total = 0
    for x in it:
        total += x
        yield total
print(list(take(naturals(), 5)))
print(list(takewhile(lambda x: x < 20, accumulate(naturals()))))
print(list(chain([1, 2], (3, 4), range(2))))
def count_from(k):
    yield from range(k, k + 3)
    yield 100
    yield from [7, 8]
print(list(count_from(5)))
def nested(n):
    for i in range(n):
        yield from count_from(i)
print(sum(nested(3)), max(nested(2)), min(nested(2)), sorted(nested(2)))
print(",".join(str(x) for x in nested(1)))
print([a + b for a, b in zip(naturals(), take(naturals(), 3))])
print(list(map(lambda x: x * 2, take(naturals(), 4))), list(filter(lambda x: x % 2, take(naturals(), 6))))
print(dict_like := [(i, x) for i, x in enumerate(take(naturals(), 3))])
x = rest = 3
print(x, rest)
def total(it):
    s = 0
    for x in it:
        s += x
    return s
print(total(take(naturals(), 10)), total(x for x in range(5) if x % 2), total([1, 2]))
for i in range(3):
    for j in take(naturals(), i):
        print(i, j, end=" ")
print()
def fib(limit):
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b
print(list(fib(50)), sum(x for x in fib(4000) if x % 2 == 0))
def words(s):
    w = ""
    for c in s:
        if c == " ":
            if w:
                yield w
            w = ""
        else:
            w += c
    if w:
        yield w
print(list(words("a bc  def g")), max(words("a bc  def g"), key=len))
