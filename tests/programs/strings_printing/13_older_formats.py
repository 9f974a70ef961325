# % and str.format: flags, widths, conversions of numbers, errors.
import numpy as np
def t(f):
    try:
        print(f())
    except (TypeError, ValueError, IndexError, KeyError) as e:
        print(type(e).__name__, e)
x = 3.7
a = np.array([1.5, 2.5])
print("%d %i %5.1f|%-8s|%8s|%+d|% d|%05.1f|%-6d|%#x %X %o" % (x, 7.9, x, "ab", "cd", 5, 5, x, 42, 255, 255, 8))
print("%s %r %.2s|%6.2s|%s" % ("text", "text", "text", "text", None), "%s" % a, "%s" % [1, 2], "%s" % (1 > 0))
print("%d" % True, "%f" % 2, "%g" % 1e10, "%e" % a[0], "%d%%" % 50, "%s" % np.float64(1.5), "%s" % np.int64(3), "%.3g" % a.sum())
print("no fields" % (), "%x" % -255, "%c" "c" .replace("%c", "x"))
for k in range(3):
    print("%2d: %-5s|%6.3f" % (k, "ab" * k, k / 3))
t(lambda: "%d" % "5")
t(lambda: "%f" % "5")
t(lambda: "%x" % 2.5)
t(lambda: "%d %d" % 5)
t(lambda: "%d" % (5, 6))
t(lambda: "plain" % 5)
print("{} {} {}".format(1, x, "s"), "{1} {0} {1}".format("a", "b"), "{0:>5}|{1:<5}|{2:^7.2f}|{3:05d}".format("r", "l", x, 42))
print("{{}} {name!r:>6} {v:+.1e}".format(name="n", v=12345.678), "{!s}".format(a), "{:x}".format(255), "{}".format(None))
t(lambda: "{} {}".format(1))
t(lambda: "{k}".format(j=1))
t(lambda: "}".format())
t(lambda: "{".format())
