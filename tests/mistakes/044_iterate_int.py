# at 3:1, remedy
n = 5
for i in n:
    print(i)
