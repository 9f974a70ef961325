# at 3:7
a = []
print(max(a))
