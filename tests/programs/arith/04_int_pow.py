# int ** int: exact for exponents >= 0, a float for negative ones.
def power(b, e):
    return b ** e
for b in (2, -2, 3, 10, 1, -1, 0, 7):
    print(b, [power(b, e) for e in range(6)])
print(2 ** 62, (-2) ** 63, 3 ** 39, 10 ** 18, -2 ** 2, (-2) ** 2, 2 ** 3 ** 2)
print(2 ** -1, 10 ** -3, (-2) ** -3, power(4, -2), pow(3, 4), pow(7, 5, 13), pow(123456, 789, 1000007))
