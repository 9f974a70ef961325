x = 1.5
print(x, x * 2, x / 4, x ** 2, -x)
print(1e10, 1e-10, 0.1)
