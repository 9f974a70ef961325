# at 3:7, 4:7
x = 1
print(y)
print(z)
