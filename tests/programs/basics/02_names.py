x = 3
y = x * x
x = x + y
print(x, y)
