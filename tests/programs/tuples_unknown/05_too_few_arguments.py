def area(w, h, *rest):
    return w * h


sizes = [int(s) for s in "3 4".split()]
print(area(*sizes))
sizes.pop()
print(area(*sizes))
