# at 2:18, remedy
print("%d items" % "three")
