# `/` of ints is a correctly rounded float.
for a in (1, -1, 7, -7, 10, 9007199254740993, -9007199254740993):
    for b in (1, 2, 3, -3, 10, 7):
        print(a, b, a / b)
print(2 / 4, 6 / 3, 1 / 3 * 3, 5 / 5, 0 / 3)
