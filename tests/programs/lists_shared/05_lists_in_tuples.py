groups = [(1, [2])]
groups.append((2, [3]))
for g in groups:
    g[1].append(9)
g = groups[0]
g[1].append(4)
print(groups)
