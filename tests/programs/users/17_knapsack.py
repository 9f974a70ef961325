"""0/1 knapsack: table, memoised recursion, and branch and bound on the same items."""
from functools import lru_cache
from typing import NamedTuple


class Item(NamedTuple):
    name: str
    weight: int
    value: int


ITEMS = [
    Item("map", 9, 150), Item("compass", 13, 35), Item("water", 153, 200), Item("sandwich", 50, 160),
    Item("glucose", 15, 60), Item("tin", 68, 45), Item("banana", 27, 60), Item("apple", 39, 40),
    Item("cheese", 23, 30), Item("beer", 52, 10), Item("suntan cream", 11, 70), Item("camera", 32, 30),
]
CAPACITY = 200


def by_table(items, capacity):
    best = [[0] * (capacity + 1) for _ in range(len(items) + 1)]
    for i, item in enumerate(items, start=1):
        for w in range(capacity + 1):
            best[i][w] = best[i - 1][w]
            if item.weight <= w:
                candidate = best[i - 1][w - item.weight] + item.value
                if candidate > best[i][w]:
                    best[i][w] = candidate
    chosen = []
    w = capacity
    for i in range(len(items), 0, -1):
        if best[i][w] != best[i - 1][w]:
            chosen.append(items[i - 1])
            w -= items[i - 1].weight
    return best[-1][-1], chosen[::-1]


def by_memo(items, capacity):
    @lru_cache(maxsize=None)
    def solve(i, left):
        if i == len(items):
            return 0
        skip = solve(i + 1, left)
        if items[i].weight > left:
            return skip
        return max(skip, items[i].value + solve(i + 1, left - items[i].weight))

    return solve(0, capacity)


def by_bound(items, capacity):
    order = sorted(items, key=lambda it: it.value / it.weight, reverse=True)
    best = 0

    def bound(i, left, value):
        while i < len(order) and order[i].weight <= left:
            left -= order[i].weight
            value += order[i].value
            i += 1
        if i < len(order):
            value += left * order[i].value / order[i].weight
        return value

    def search(i, left, value):
        nonlocal best
        best = max(best, value)
        if i == len(order) or bound(i, left, value) <= best:
            return
        if order[i].weight <= left:
            search(i + 1, left - order[i].weight, value + order[i].value)
        search(i + 1, left, value)

    search(0, capacity, 0)
    return best


value, chosen = by_table(ITEMS, CAPACITY)
print("value", value, "weight", sum(item.weight for item in chosen))
for name, weight, worth in chosen:
    print(f"  {name:<14}{weight:>4}{worth:>5}")
print(by_memo(ITEMS, CAPACITY) == value, by_bound(ITEMS, CAPACITY) == value)
print([by_table(ITEMS, c)[0] for c in range(0, 101, 20)])
