# at 4:8, remedy
a = [3, 1, 2]
b = a.sort()
print(b[0])
