# at 2:7, remedy
print(", ".join([1, 2, 3]))
