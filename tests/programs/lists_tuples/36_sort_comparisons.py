# What a sort compares, and in which order, is CPython's: a `__lt__` can tell, and so does a NaN.
import math


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return self.state // 65536 % n


class Item:
    compared = 0
    trace = 0

    def __init__(self, value, place):
        self.value = value
        self.place = place

    def __lt__(self, other):
        Item.compared += 1
        Item.trace = (Item.trace * 31 + self.place * 7 + other.place) % 1000003
        return self.value < other.value


def values(random, kind, n):
    if kind == 0:
        return [random.below(1000) for _ in range(n)]
    if kind == 1:
        return [random.below(3) for _ in range(n)]
    if kind == 2:
        # Runs of many lengths, up and down.
        out = []
        while len(out) < n:
            run = sorted([random.below(500) for _ in range(1 + random.below(120))])
            if random.below(3) == 0:
                run = [-x for x in run]
            for x in run:
                out.append(x)
        return out[:n]
    if kind == 3:
        # Blocks that lie beyond each other, so that galloping pays.
        out = []
        while len(out) < n:
            base = 400 * random.below(3)
            for x in sorted([base + random.below(400) for _ in range(1 + random.below(200))]):
                out.append(x)
        return out[:n]
    out = [k for k in range(n)]
    for _ in range(4):
        if n > 0:
            out[random.below(n)] = random.below(n)
    return out


def show(random, kind, n, reverse):
    items = [Item(v, k) for k, v in enumerate(values(random, kind, n))]
    Item.compared = 0
    Item.trace = 0
    if reverse:
        items.sort(reverse=True)
    else:
        items.sort()
    order = 0
    for item in items:
        order = (order * 37 + item.place) % 1000003
    print(kind, n, reverse, Item.compared, Item.trace, order)


random = Random(7)
for n in [0, 1, 2, 3, 7, 20, 63, 64, 65, 100, 129, 300]:
    for kind in range(5):
        show(random, kind, n, kind == n % 5)

for n in [1, 2, 5, 20, 64, 150, 400]:
    for share in [2, 10, 60]:
        floats = [math.nan if random.below(share) == 0 else float(random.below(50)) for _ in range(n)]
        pairs = [(x, k) for k, x in enumerate(floats)]
        print(n, share)
        print(sorted(floats))
        print([k for x, k in sorted(pairs)])
        print([k for x, k in sorted(pairs, key=lambda p: -p[0])])
        floats.sort(reverse=True)
        print(floats)
