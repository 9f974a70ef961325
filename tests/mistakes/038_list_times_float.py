# at 2:11, remedy
print([0] * 2.0)
