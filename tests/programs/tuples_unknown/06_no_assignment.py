t = tuple(int(s) for s in "3 4".split())
try:
    t[0] = 1
except TypeError as e:
    print(e)
try:
    t.append(3)
except AttributeError as e:
    print(e)
try:
    {}[t, [1]] = 2
except TypeError as e:
    print(e)
try:
    print(t + [1])
except TypeError as e:
    print(e)
try:
    print(t < (1, "a"), t < (3, "a"))
except TypeError as e:
    print(e)
print(t * int("2"), t == [3, 4], t != [3, 4])
