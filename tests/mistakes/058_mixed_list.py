# at 5:7, remedy
values = [1, 2]
for i in range(3):
    values.append("three")
print(sum(values))
