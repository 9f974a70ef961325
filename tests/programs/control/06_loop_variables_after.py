# A loop variable keeps its last value; a changed one does not disturb the loop.
for i in range(4):
    j = i * i
    i = 100
print(i, j)
for a, b in [(1, 2), (3, 4)]:
    pass
print(a, b)
total = 0
n = 5
for i in range(n):
    n = 1
    total += i
print(total, n)
xs = [1, 2, 3]
for x in xs:
    if len(xs) < 6:
        xs.append(x * 10)
print(xs)
