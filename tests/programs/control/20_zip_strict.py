# zip(strict=True) raises behind the common items.
for a, b in zip([1, 2], "ab"):
    print(a, b)
for a, b, c in zip([1, 2], (3.5, 4), "xyz"):
    print(a, b, c)
for a, b in zip([1, 2], [3, 4], strict=True):
    print(a, b)
for a, b in zip([1, 2], [3, 4, 5], strict=True):
    print(a, b)
