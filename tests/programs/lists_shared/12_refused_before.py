row = [0.0]
rows = []
for t in range(4):
    rows.append(row)
    row[0] = t * 1.0
print(rows)
rows = []
for k in range(4):
    rows.append([0.0])
first = rows[0]
rows.pop()
rows.insert(0, [1.0])
first[0] = 5.0
print(rows[0], rows[1])
first, *others = rows
others[0].append(3)
print(rows, others)
others.append([8])
print(len(rows), others)
