# range with every sign of step, and zero trips.
for r in (range(5), range(2, 6), range(0, 10, 3), range(5, 0, -1), range(5, 0, -2), range(0), range(3, 3), range(2, -5), range(-3, 0)):
    print(r, len(r), list(r))
i = -1
for i in range(0):
    print("never")
print(i)
for i in range(3):
    pass
print(i, sum(range(101)), 3 in range(0, 9, 3), 4 in range(0, 9, 3), list(reversed(range(4))))
