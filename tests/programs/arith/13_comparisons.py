# Chained comparisons evaluate each operand once and stop early.
calls = []
def note(x):
    calls.append(x)
    return x
print(note(1) < note(2) < note(3), calls)
calls.clear()
print(note(3) < note(2) < note(1), calls)
print(1 < 2 <= 2 != 3 > 0, 1 == 1.0 == True, 3 > 2 > 2, 1 < 3 > 2)
print((1, 2) < (1, 3), (1, 2) < (1, 2, 0), [1, 2] == [1, 2], [2] > [1, 5], "abc" < "abd", "a" < "B")
x = 1
print(2 in (1, 2), 5 not in [1, 2], "b" in "abc", None is None, x is not None)
