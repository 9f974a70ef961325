# at 3:10, remedy
x = 3
if x > 1 && x < 5:
    print(x)
