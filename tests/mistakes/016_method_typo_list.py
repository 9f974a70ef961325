# at 3:1, remedy
a = [1, 2]
a.push(3)
print(a)
