# Names that have other types on other paths, and are not read before they are bound again.
N = int("1")
def f(n):
    for k in range(n):
        if k % 2:
            x = [k]
            y = "odd"
            if k == 3:
                z = x
                break
        else:
            x = "even"
            y = k
        x = k
        z = (x, y) if k else None
    else:
        z = "done"
    return z
print(f(2), f(5))
if N > 0:
    a = [1]
    b = 2
else:
    a = "text"
    b = [2]
a = 5
def g():
    return b
print(a, g())
def h(n):
    try:
        if n > 1:
            w = [n]
        else:
            w = "few"
        if n > 2:
            raise ValueError(n)
        w = n
    except ValueError:
        return w
    finally:
        print("w", w)
    return w
print(h(1), h(3))
def later(n):
    if n:
        v = 1
    else:
        v = "s"
    show = lambda: v
    return show()
print(later(0), later(1))
