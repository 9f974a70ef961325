# Lists that get other elements behind a point where they were reversed or sorted, under one of two names.
a = [None]
a.reverse()
try:
    b = a
except LookupError:
    a.append(3)
print(a, b)

c = [None, None][:]
c.reverse()
try:
    d = c
except ValueError:
    c[1:2] = [7, None]
print(c, d)

e = [None for i in range(2)]
f = e
try:
    g = e
    f.reverse()
except ValueError:
    e.extend([5])
f.append(1)
print(e, f, g)
