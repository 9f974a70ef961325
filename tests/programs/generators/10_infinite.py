# Infinite generators, left by break, return, any, next and unpacking.
def naturals():
    n = 0
    while True:
        print("make", n)
        yield n
        n += 1


def first_square_over(limit):
    for n in naturals():
        if n * n > limit:
            return n


for n in naturals():
    if n == 2:
        break
print(first_square_over(5))
print(any(n > 1 for n in naturals()))
print(next(n for n in naturals() if n % 3 == 2))
print(2 in naturals())
g = naturals()
a, b = next(g), next(g)
print(a, b)
try:
    a, b = naturals()
except ValueError as e:
    print(e)
for i, n in zip(range(2), naturals()):
    print("zip", i, n)
