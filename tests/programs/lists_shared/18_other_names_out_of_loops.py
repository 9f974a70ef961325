# A name that loops and branches in loops bind to a list: what is written under it is seen under the other name.
a = [1, 2]
w = 0
while w < 1:
    w += 1
    for t in range(3):
        b = a
b.append(3)
print(a)

c = [1, 2]
d = [4]
w = 0
while w < 1:
    w += 1
    if len(c) > 1:
        d = c
d.append(3)
print(c, d)

e = [[1] for i in range(1)]
for w in range(2):
    for t in range(w):
        f = e
f.extend([[3], [4]])
e[0].append(5)
print(e, f)

g = [1, 2]
for w in range(1):
    if len(g) > 1:
        h = g
h.append(3)
print(g)


def either(x, y, k):
    if k > 1:
        return x
    return y


def chain(k):
    a = [1]
    b = [9]
    xs = []
    for i in range(k):
        z = either(a, b, i)
        xs = xs if i < 1 else z
    z.append(6)
    xs.append(3)
    return a, b, xs


print([chain(k) for k in range(1, 5)])
