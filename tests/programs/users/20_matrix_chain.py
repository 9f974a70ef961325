"""Matrix chain order, with the parenthesised expression, and a check against all orders."""
from functools import lru_cache


def chain_order(dims):
    n = len(dims) - 1
    cost = [[0] * n for _ in range(n)]
    split = [[0] * n for _ in range(n)]
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            cost[i][j] = float("inf")
            for k in range(i, j):
                c = cost[i][k] + cost[k + 1][j] + dims[i] * dims[k + 1] * dims[j + 1]
                if c < cost[i][j]:
                    cost[i][j], split[i][j] = c, k

    def text(i, j):
        if i == j:
            return chr(ord("A") + i)
        k = split[i][j]
        return "(" + text(i, k) + text(k + 1, j) + ")"

    return cost[0][n - 1], text(0, n - 1)


def cheapest(dims):
    @lru_cache(None)
    def best(i, j):
        if j - i < 2:
            return 0
        return min(best(i, k) + best(k, j) + dims[i] * dims[k] * dims[j] for k in range(i + 1, j))

    return best(0, len(dims) - 1)


def all_orders(dims):
    if len(dims) == 2:
        return [0]
    costs = []
    for k in range(1, len(dims) - 1):
        here = dims[k - 1] * dims[k] * dims[k + 1]
        costs += [here + c for c in all_orders(dims[:k] + dims[k + 1:])]
    return costs


for dims in ([10, 30, 5, 60], [40, 20, 30, 10, 30], [30, 35, 15, 5, 10, 20, 25], [5, 6]):
    cost, order = chain_order(dims)
    print(f"{'x'.join(map(str, dims)):22} {cost:>6} {order}")
    assert cost == cheapest(tuple(dims)) == min(all_orders(dims))
    print(f"{'':22} worst {max(all_orders(dims))}")
