# at 3:8
x = 5
print(x[0])
