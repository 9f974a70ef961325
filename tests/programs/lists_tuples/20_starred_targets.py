# Starred and nested targets.
a, *b = [1, 2, 3]
print(a, b)
*a, b = (1, 2, 3)
print(a, b)
a, *b, c = "hello"
print(a, b, c)
(a, b), c = (1, 2), 3
print(a, b, c)
[a, (b, *c)] = [1, (2, 3, 4)]
print(a, b, c)
for a, *b in [(1, 2, 3), (4, 5, 6)]:
    print(a, b)
for i, (a, b) in enumerate([(1, 2), (3, 4)]):
    print(i, a, b)
print([a + c for a, (b, c) in [(1, (2, 3))]])
a = b = c = 5
print(a, b, c)
x = [0, 0]
x[0], x[1] = 1, 2
print(x)
