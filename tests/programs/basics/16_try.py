try:
    print([1, 2][5])
except IndexError as e:
    print("caught", e)
