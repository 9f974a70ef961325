# at 2:18, remedy
print("%d of %d" % (1,))
