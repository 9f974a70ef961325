# Closures capture places, not values.
def counter(start):
    n = start
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
c = counter(10)
d = counter(0)
print(c(), c(5), d(), c(), d(2))
def late():
    x = 1
    def get():
        return x
    x = 2
    return get()
print(late())
fs = [lambda i=i: i * i for i in range(4)]
print([f() for f in fs])
gs = [lambda: i for i in range(3)]
print([g() for g in gs])
