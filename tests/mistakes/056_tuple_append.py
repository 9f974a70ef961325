# at 3:1, remedy
t = (1, 2)
t.append(3)
print(t)
