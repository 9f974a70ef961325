# A trip changes a list and puts it into another one then: the next trips change what is in there.
a = [10.0, 0.1]
xs = [[1.0]]
for k in range(4):
    a.append(float(k))
    if k == 1:
        xs = [a]
print(xs, a is xs[0])

b = [10.0, 0.1]
ys = [[1.0], [2.0]]
for k in range(3):
    b.reverse()
    if k == 1:
        ys = [[3.0], b, b]
print(ys)


def counted(n):
    c = [0, 1]
    zs = [[5]]
    k = 0
    while k < n:
        c[0] += 1
        if k % 3 == 1:
            zs = [c, [k]]
        k += 1
    return zs


print(counted(3), counted(6), counted(1))


def grow(a, n):
    a.append(float(n))
    if n > 0:
        grow(a, n - 1)


d = [0.5]
ws = [[1.0]]
for k in range(3):
    grow(d, k)
    if k == 1:
        ws = [d]
print(ws)
