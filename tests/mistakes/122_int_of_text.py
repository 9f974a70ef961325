# at 2:7
print(int("3.5"))
