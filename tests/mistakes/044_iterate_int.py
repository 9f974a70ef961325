# at 3:10, remedy
n = 5
for i in n:
    print(i)
