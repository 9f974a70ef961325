# Uncaught raise with a formatted message.
def solve(a, b, c):
    d = b * b - 4 * a * c
    if d < 0:
        raise ValueError(f"no real roots: discriminant is {d}")
    return (-b + d ** 0.5) / (2 * a)
print(solve(1, -3, 2), solve(1.0, 2.0, 1.0))
print(solve(1, 0, 1))
