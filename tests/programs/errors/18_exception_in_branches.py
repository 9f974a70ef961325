# Exceptions in conditions, comprehensions, arguments and defaults of calls.
def bad(x):
    if x > 2:
        raise ValueError("more than 2")
    return x
try:
    print([bad(i) for i in range(5)])
except ValueError as e:
    print("comprehension", e)
try:
    if bad(1) and bad(3):
        print("no")
except ValueError as e:
    print("condition", e)
try:
    while bad(5):
        pass
except ValueError as e:
    print("while", e)
print(bad(1) or bad(9))
try:
    print("shown", bad(3))
except ValueError:
    print("argument")
def total(xs):
    s = 0
    for x in xs:
        try:
            s += bad(x)
        except ValueError:
            s += 100
    return s
print(total([1, 2, 3, 4, 0]))
