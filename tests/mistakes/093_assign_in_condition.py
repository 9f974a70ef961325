# at 3:6, remedy
x = 3
if x = 3:
    print("three")
