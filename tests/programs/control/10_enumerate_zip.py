# enumerate, zip, reversed, unpacking in loops.
names = ["a", "b", "c"]
for i, name in enumerate(names):
    print(i, name)
for i, name in enumerate(names, 10):
    print(i, name)
for x, y in zip([1, 2, 3], (4.0, 5.0)):
    print(x, y, x * y)
for i, (x, y) in enumerate(zip(range(3), range(10, 13))):
    print(i, x, y)
for c in reversed(names):
    print(c)
for c in "xyz":
    print(c)
