# at 3:14, remedy
n = 3
print("n = " + n)
