# Standard input: input(), lines, characters, and its end.
import sys


def until_end():
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "end":
            break
        yield line


name = input("name? ")
print("hello", name)
n = int(input())
print([int(w) for w in input().split()][:n])
for k, line in enumerate(until_end(), 1):
    print(k, line)
print(repr(sys.stdin.readline()), repr(sys.stdin.read(3)))
ask = sys.stdin.readline
print(repr(ask()), repr(next(sys.stdin)))
print(sys.stdin.readlines())
print(repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin))
try:
    input()
except EOFError as e:
    print("EOFError:", e)
try:
    next(sys.stdin)
except StopIteration:
    print("no more lines")
