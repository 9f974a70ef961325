# round() half to even, on digits and on ints.
for x in (0.5, 1.5, 2.5, -1.5, 0.125, 0.375, 2.665, 1e18, 123456.5):
    print(x, round(x), round(x, 1), round(x, 2), round(x, 0))
for n in (15, 25, -15, 151, 149, 1250):
    print(n, round(n, -1), round(n, -2))
print(round(1e22, 1), round(1e22, -3))
