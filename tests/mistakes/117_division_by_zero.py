# at 3:9
n = 0
print(1 / n)
