"""Coin change: fewest coins, number of ways, and the coins themselves."""
import math
from collections import Counter


def fewest(coins, amount):
    best = [0] + [math.inf] * amount
    last = [None] * (amount + 1)
    for total in range(1, amount + 1):
        for coin in coins:
            if coin <= total and best[total - coin] + 1 < best[total]:
                best[total] = best[total - coin] + 1
                last[total] = coin
    if best[amount] == math.inf:
        return None
    used = []
    while amount:
        used.append(last[amount])
        amount -= last[amount]
    return used


def ways(coins, amount):
    count = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            count[total] += count[total - coin]
    return count[amount]


def greedy(coins, amount):
    used = []
    for coin in sorted(coins, reverse=True):
        n, amount = divmod(amount, coin)
        used += [coin] * n
    return used if amount == 0 else None


EURO = (1, 2, 5, 10, 20, 50, 100, 200)
for coins, amount in [(EURO, 388), ((1, 3, 4), 6), ([5, 10], 3), ([7, 11], 40), ([2], 0)]:
    used = fewest(coins, amount)
    if used is None:
        print(f"{amount} with {coins}: impossible, ways {ways(coins, amount)}")
        continue
    counts = Counter(used)
    text = " + ".join(f"{n}x{c}" for c, n in sorted(counts.items(), reverse=True))
    print(f"{amount} with {coins}: {len(used)} coins = {text or 'none'}, ways {ways(coins, amount)}")
    simple = greedy(coins, amount)
    if simple is None or len(simple) != len(used):
        print("   greedy fails:", simple)
print(ways(EURO, 200))
