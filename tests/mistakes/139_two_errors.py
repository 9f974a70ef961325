# at 3:7, remedy
x = 1
print(y)
print(z)
