# print to sys.stdout, sys.stderr and objects with a method `write`.
import sys


class Log:
    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)

    def flush(self):
        self.parts.append("<flush>")


class Shout:
    def write(self, text):
        sys.stdout.write(text.upper())


def report(message, out=sys.stdout):
    print("report:", message, file=out)


print("not here", 1, file=sys.stderr)
print("a", "b", sep="-", file=sys.stdout, flush=True)
print("c", file=None)
print(sys.stdout.write("text\n"), sys.stdout.name)
sys.stdout.writelines(["x\n", "y\n"])
sys.stdout.flush()
sys.stderr.write("not here either\n")
log = Log()
print("x", 1, [2.5], sep=", ", end="!", file=log, flush=True)
print(file=log)
print(log.parts)
report("one")
report("two", sys.stderr)
report("three", log)
print(log.parts[-4:])
for k in range(3):
    print("line", k, file=sys.stderr if k == 1 else sys.stdout)
print("quiet", file=Shout())
write = sys.stdout.write
write("done\n")
sys.exit(3)
