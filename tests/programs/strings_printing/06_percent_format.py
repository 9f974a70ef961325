# The two older ways to format.
print("%d %5d|%-5d|%05d %s %r %.3f %8.2f| %e %g %x %%" % (1, 2, 3, 4, "s", "r", 3.14159, 2.5, 12345.678, 0.0001, 255))
print("%s" % 5, "%s and %s" % ("a", [1]))
print("{} {} {}".format(1, "a", 2.5), "{0} {1} {0}".format("x", "y"), "{:.2f}|{:>6}|{:<4}|".format(3.14159, "r", 7), "{name}={v:03d}".format(name="k", v=5))
