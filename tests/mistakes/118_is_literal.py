# at 3:4, remedy
x = 3
if x is 3:
    print("three")
