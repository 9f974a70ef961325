# at 2:14, remedy
print([1, 2] + 3)
