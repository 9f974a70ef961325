# at 3:9, remedy
a = [1, 2, 3]
print(a["0"])
