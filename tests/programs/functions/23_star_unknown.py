# Stars before values whose lengths only run time knows.
def f(n):
    xs = [i * i for i in range(n)]
    print(*xs)
    print(*xs, sep="-")
f(5)

def f(n):
    xs = list(range(n))
    a, *b = xs
    print(a, b)
    *a, c, d = xs
    print(a, c, d)
f(5)
f(1)
