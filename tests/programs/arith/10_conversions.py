# int(), float(), bool(), round(), abs() between the kinds.
print(int(3.9), int(-3.9), int(True), int("42"), int("  -7 "), float("2.5"), float("1e3"), float(3))
print(bool(0), bool(0.0), bool(-1), bool(""), bool("0"), bool([]), bool([0]), bool(0j))
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1234.567, -2), round(7), round(-2.5))
print(abs(-3), abs(-2.5), abs(3 + 4j), True + True, True * 3, False - 1, sum([True, True, False]))
print(int(1e15), int(-1e15), int(2.0 ** 62), float(2 ** 53 + 1), int(0.99999999999999999))
