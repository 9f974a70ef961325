a = 3 > 2
print(a, not a, a and 1 < 0, a or 1 < 0)
