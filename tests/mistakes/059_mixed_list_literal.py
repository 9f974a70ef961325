# at 3:7, remedy
values = [1, "2", 3]
print(sum(values))
