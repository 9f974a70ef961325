# A name that a `try` binds to what another name denotes: both see what is written, whichever way the body left.
def simple(fail):
    a = [2.25, 3.75, 1.5]
    b = [1.0]
    try:
        b = a
        if fail:
            raise ValueError("x")
    except ValueError:
        print("handled", b)
    a.pop(1)
    b.append(9.0)
    return a, b


print(simple(True), simple(False))


def chosen():
    a = [2.25, 3.75, 1.5]
    b = [e for e in [1.0]] and a
    try:
        b = b
        raise ValueError("x")
    except ValueError:
        a[0] = 0.5
        print(b)
    a.pop(1)
    print(a, b)


chosen()


def in_loop(items):
    best = []
    kept = []
    for x in items:
        kept.append(x)
        try:
            best = kept
            10 // x
        except ZeroDivisionError:
            kept.append(-1)
    kept.append(100)
    return best, kept


print(in_loop([3, 0, 4]), in_loop([]))
