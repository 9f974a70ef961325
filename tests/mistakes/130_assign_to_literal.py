# at 2:1
3 = x
print(x)
