m = [[0] * 3] * 2
m[0][1] = 4
print(m)
rows = [[i, i + 1] for i in range(4)]
r = rows[2]
rows[0], rows[2] = rows[2], rows[0]
r.append(9)
print(rows)
rows[1:3] = [[7], [8]]
print(rows, r)
t = rows[0]
t += [1, 2]
print(rows, t is rows[0], t in rows, rows.index(t))
