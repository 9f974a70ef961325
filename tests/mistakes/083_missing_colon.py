# at 2:9, remedy
if 1 < 2
    print("yes")
