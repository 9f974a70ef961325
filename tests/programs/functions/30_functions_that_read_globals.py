FIELD = ["ab", "cd"]
def near(i):
    for dx in [0, 1]:
        if i + dx < len(FIELD):
            yield FIELD[i + dx]
def run(f, n):
    if n == 0:
        return 0
    s = 0
    for x in f(n - 1):
        s += len(x)
    return s + run(f, n - 1)
print(run(near, 2))
K = 4
def near(i):
    return i + K
def run(f, n):
    if n == 0:
        return 0
    return f(n) + run(f, n - 1)
print(run(near, 2))
