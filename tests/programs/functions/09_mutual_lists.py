# Lists are passed by reference, names by binding.
def push(xs, v):
    xs.append(v)
    xs = [0]
    xs.append(v)
    return xs
ys = [1]
print(push(ys, 2), ys)
def total(t):
    s = 0
    for v in t:
        if isinstance(v, list):
            s += total(v)
        else:
            s += v
    return s
print(total([1, 2, 3]), total([]))
def default_none(xs=None):
    if xs is None:
        xs = []
    xs.append(1)
    return xs
print(default_none(), default_none(), default_none([7]))
