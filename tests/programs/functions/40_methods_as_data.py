class Robot:
    def __init__(self, name):
        self.name = name
        self.x = 0
        self.log = []

    def move(self, n):
        self.x += n
        self.log.append(n)
        return self.x

    def back(self, n):
        return self.move(-n)


a, b = Robot("a"), Robot("b")
table = {"m": a.move, "b": a.back, "o": b.move, "d": lambda n: n * 2}
for c in "mmbod":
    print(c, table[c](3), a.x, b.x)
steps = [a.move, b.back, a.back]
for k, f in enumerate(steps):
    print(f(k + 1), end=" ")
print(a.x, b.x, a.log, b.log)
pick = a.move if int("1") else b.move
print(pick(10), a.x)


def apply(f, xs):
    return [f(x) for x in xs]


print(apply(a.back, [1, 2]), apply(table["o"], [5]))
lengths = [3, 9, 2, 9]
print(max(range(4), key=lengths.__getitem__), min(range(4), key=lengths.__getitem__))
print(sorted(range(4), key=lengths.__getitem__), lengths.__len__(), [1, 2].__contains__(2))
