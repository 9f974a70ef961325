def first(n):
    t = tuple(range(n))
    return t[3]


print(first(int("5")))
print(first(int("2")))
