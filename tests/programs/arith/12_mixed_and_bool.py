# Mixed arithmetic and what type each result has.
for x in (2, 2.0, True):
    for y in (3, 0.5, False):
        print(x, y, x + y, x - y, x * y, x == y, x < y)
print(True and 3, 0 or 2.5, None or 1, [] or "e", 1 and 0.0, not 0, not 0.5)
print(isinstance(1, int), isinstance(True, int), isinstance(1.0, int), isinstance(1.0, float), isinstance(1, (int, float)))
print(True & False, True | False, True ^ True, ~True, True << 3, True == 1, True is True)
