# Lists in lists of lists, sorted, compared, searched, sliced.
m = [[3, 1], [2], [1, 2, 3]]
same = m[1]
m.sort()
print(m, same in m, m.index(same), m.count([2]), m == [[1, 2, 3], [2], [3, 1]])
same.append(0)
print(m)
part = m[1:]
part[0].append(-1)
print(m, part)
m.extend(part)
m[3][0] = 99
print(m)
copy = [r[:] for r in m]
copy[0].clear()
print(m[0], copy[0], m[1] is m[3], copy[1] is copy[3])
m.remove([99, 0, -1])
print(m)
print([len(r) for r in m], max(m), min(m), sum(m, []) if len(m) < 3 else sorted(sum([sum(r) for r in m], 0) for r in m)[:1])
del m[0]
print(m, [1, 2] < [1, 3], [[1], [2]] == [[1], [2]], [[1], [2]] < [[1], [3]])
