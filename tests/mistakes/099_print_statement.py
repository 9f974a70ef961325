# at 2:1, remedy
print "hello"
