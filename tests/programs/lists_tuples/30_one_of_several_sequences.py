def ways(coins, amount):
    count = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            count[total] += count[total - coin]
    return count[amount]
for coins, amount in [((1, 3), 2), ([5, 10], 3), ([2], 0)]:
    print(ways(coins, amount))
for coins, a in [((1, 3), 0), ([5, 10], 0)]:
    for c in coins:
        print(c)
def total(xs):
    s = 0
    for k, x in enumerate(xs):
        s += k * x
    return s, list(reversed(xs)), sorted(xs), max(xs), [x for x in xs if x > 1]
for xs in [(3, 1), [5, 2, 8], range(4)]:
    print(total(xs))
for k in range(3):
    xs = [(1, 2), [3], "ab"][k]
    for x in xs:
        print(x)
    print(len(xs), list(xs))
