# Lists of lists: shared rows and fresh rows.
shared = [[0] * 3] * 2
fresh = [[0] * 3 for _ in range(2)]
shared[0][1] = 5
fresh[0][1] = 5
print(shared, fresh)
m = [[1, 2, 3], [4, 5, 6]]
t = [[row[j] for row in m] for j in range(3)]
print(t, [sum(r) for r in m], [x for row in m for x in row])
row = m[0]
row.append(9)
print(m, m[1][::-1])
m[0], m[1] = m[1], m[0]
print(m, row is m[1])
def matmul(a, b):
    return [[sum([a[i][k] * b[k][j] for k in range(len(b))]) for j in range(len(b[0]))] for i in range(len(a))]
print(matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]]), matmul([[0.5]], [[4]]))
