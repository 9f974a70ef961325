# return from inside nested loops.
def find(m, x):
    for i in range(len(m)):
        for j in range(len(m[i])):
            if m[i][j] == x:
                return i, j
    return None
grid = [[1, 2], [3, 4, 5], [], [6]]
print(find(grid, 5), find(grid, 6), find(grid, 9), find([], 1))
def until(limit):
    n = 0
    while True:
        n += 1
        for k in range(n):
            if n * k > limit:
                return n, k
print(until(0), until(10), until(100))
