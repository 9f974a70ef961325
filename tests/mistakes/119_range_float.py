# at 2:10, remedy
for i in range(10 / 2):
    print(i)
