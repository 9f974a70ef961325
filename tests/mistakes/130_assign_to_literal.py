# at 2:1, remedy
3 = x
print(x)
