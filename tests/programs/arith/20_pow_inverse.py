# pow with three arguments, and negative exponents.
print(pow(2, 10), pow(2, 10, 1000), pow(3, -1, 7), pow(2.0, 3), pow(38, -1, mod=97) if False else pow(38, -1, 97), pow(10, -3, 13))
for e in (3, -3):
    print(pow(5, e, 11))
try:
    pow(2, -1, 4)
except ValueError as e:
    print(e)
