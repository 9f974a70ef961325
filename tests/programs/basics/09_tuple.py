def both(a, b):
    return b, a
p, q = both(1, 2)
print(p, q)
p, q = q, p
print((p, q))
