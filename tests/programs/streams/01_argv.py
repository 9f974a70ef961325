# args: p -q text
# The list of arguments is one list, which the program may change.
import sys
from sys import argv

print(sys.argv[1:], len(argv), sys.argv is argv)


def options(words):
    return [w for w in words if w.startswith("-")]


print(options(sys.argv))
sys.argv.append("more")
print(argv[-1])
while len(sys.argv) > 1:
    print("arg", sys.argv.pop(1))
if len(argv) == 1:
    print("none left")
