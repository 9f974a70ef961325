# at 4:1, remedy
a = []
a = a.append(1)
a.append(2)
print(a)
