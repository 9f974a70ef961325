# at 3:8, remedy
x = 3
y = max(1, (2 + x)
print(y)
