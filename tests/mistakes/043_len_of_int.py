# at 3:7
n = 5
print(len(n))
