# at 2:12, remedy
x = (1 + 2))
print(x)
