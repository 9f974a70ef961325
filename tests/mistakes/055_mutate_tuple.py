# at 3:2, remedy
t = (1, 2, 3)
t[0] = 5
print(t)
