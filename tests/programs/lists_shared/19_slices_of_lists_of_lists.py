# A slice of a list of lists is assigned to: others that have the elements see what is written to them.
ys = [[1]]
ys[5:9] = [[2]]
ys[-9:-7] = [[3, 4]]
ys[3:1] = [[5]]
print(ys)

zs = [[i] for i in range(5)]
keep = zs[2]
zs[1:4] = zs[3:]
keep.append(7)
zs[2].append(8)
print(zs, keep)
zs[len(zs) - 3:] = [[j] * 2 for j in range(3)]
zs[1].append(3)
zs[::2] = [[0], [1]]
zs[0].append(9)
print(zs)

ws = []
ws[:] = [[1.5]] * 1
print(ws)

*rest, last = [[2.25, 1e3]]
rest[1:2] = [[1.0], [2.0]]
print(rest, last)


def replaced(n):
    a = []
    for i in range(n):
        a[0:1] = [[i], [i + 1]]
    return a


print(replaced(3))
