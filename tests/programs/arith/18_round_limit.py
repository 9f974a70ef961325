# limit: round(x) of a float is a Python int of 64 bits; one beyond is a LimitError, not the long int of CPython.
for x in (9.2e18, 1e22):
    print(x, round(x, 0))
    print(round(x))
