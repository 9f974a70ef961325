# if / elif / else, nested, with conditions of every truthiness.
def kind(x):
    if x < 0:
        return "negative"
    elif x == 0:
        return "zero"
    elif x < 10:
        if x % 2:
            return "small odd"
        else:
            return "small even"
    return "large"
for x in (-5, 0, 1, 4, 10, 99.5):
    print(x, kind(x))
def truth(x):
    return "yes" if x else "no"
print(truth(0), truth(2), truth(0.0), truth(""), truth("a"), truth([]), truth([0]), truth(None), truth(()), truth((0,)))
