# at 3:7, remedy
n = 5
print(n(3))
