# A name that would change its type in a loop keeps the first one after zero trips.
def halve(n):
    x = 1
    while n > 0:
        x = x / 2
        n -= 1
    return x
print(halve(0), halve(1), halve(3))
def last(items):
    r = None
    for v in items:
        r = v
    return r
print(last([]), last([4, 5]), last([0.5]))
def mean(items):
    s = 0
    for v in items:
        s += v
    return s / len(items) if items else s
print(mean([]), mean([1, 2]), mean([0.5, 1.0]))
