# at 2:7, remedy
print(sorted([3, "a", 1]))
