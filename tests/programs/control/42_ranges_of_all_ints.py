# Between the ends of a range there may be more than fits into an int: it is empty all the same if they stand the other way round.
import sys


def trips(start, stop):
    n = 0
    for i in range(start, stop):
        n += 1
        if n > 5:
            break
    return n


def down(start, stop):
    return sum(1 for i in range(start, stop, -1) if i > 0)


low, high = -(2**63), 2**63 - 1
far = low if len(sys.argv) < 9 else 7
top = high if len(sys.argv) < 9 else 7
print(trips(2, low), trips(2, low + 1), trips(2, high), len(range(5, low)))
print(trips(2, far), trips(2, far + 1), trips(5, far + 3), trips(high - 3, top), trips(top, far))
print(down(far, 2), down(far, top), down(4, 1), len(range(5, far)), list(range(far, far + 2)))
