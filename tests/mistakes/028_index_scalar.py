# at 3:8, remedy
x = 5
print(x[0])
