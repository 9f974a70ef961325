# Generator expressions make their items one by one: what a consumer does not ask for is not evaluated.
def noisy(x):
    print("make", x)
    return x
print(any(1 / x > 0 for x in [1, 0]), all(1 // x > 5 for x in (1, 0)))
for v in (noisy(i) for i in range(3)):
    print("use", v)
    if v == 1:
        break
print(any(noisy(i) > 0 for i in range(5)))
print(sum(noisy(i) for i in [2, 3]), max(i * i for i in [1, -3, 2]), list(i + 1 for i in range(3)))
for k, v in enumerate(x * 2 for x in [5, 6]):
    print(k, v)
for a, b in zip((i * i for i in range(3)), "abc"):
    print(a, b)
xs = [1, 2, 3]
print(sum(x * y for x, y in zip(xs, xs)), sum(xs[i] for i in range(2)), tuple(x for x in xs))
x = 7
print(sum(x for x in xs), x, any(x > 2 for x in xs), "-".join(str(x) for x in xs))
print(sorted(-x for x in xs), min((x for x in xs), default=0))
