x = [[1], [2]]
m = [[9]]
print(m < [[1]], [[1], [2]] < [[1], [3]])
same = m[0]
m.insert(0, [5])
same.append(4)
print(m, x)
