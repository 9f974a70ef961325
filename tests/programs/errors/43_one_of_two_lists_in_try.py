# Which list a name denotes is decided in a `try`, or before it, and the list is written behind it under either name.
def inside(k):
    a = [1]
    b = [9]
    try:
        if k > 1:
            b = a
        raise ValueError("x")
    except ValueError:
        pass
    b.append(3)
    return a, b


def before(k):
    a = [1]
    b = [9]
    if k > 1:
        b = a
    try:
        x = b
        raise ValueError("x")
    except ValueError:
        x.append(5)
    a.append(0)
    return a, b, x


def nested(k):
    a = [[1]]
    b = [[9]]
    try:
        if k > 1:
            b = a
        c = b
        raise ValueError("x")
    except ValueError:
        c.append([3])
    a.append([4])
    return a, b, c


for k in range(3):
    print(inside(k), before(k), nested(k))
