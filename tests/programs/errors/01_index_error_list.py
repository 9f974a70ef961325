# Uncaught: list index out of range.
xs = [1, 2, 3]
print(xs[-3])
def get(i):
    return xs[i]
print(get(2))
print(get(3))
