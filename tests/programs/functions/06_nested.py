# Nested functions, with two levels of capture.
def outer(a):
    def middle(b):
        def inner(c):
            return a * 100 + b * 10 + c
        return inner(b + 1) + inner(0)
    return middle(a + 1)
print(outer(1), outer(2.5))
def newton(f, df, x):
    def step(x):
        return x - f(x) / df(x)
    for _ in range(30):
        y = step(x)
        if abs(y - x) < 1e-14:
            break
        x = y
    return x
print(round(newton(lambda x: x * x - 2, lambda x: 2 * x, 1.0), 12))
print(round(newton(lambda x: x ** 3 - x - 2, lambda x: 3 * x * x - 1, 1.5), 12))
