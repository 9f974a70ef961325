# A state machine and a bisection: branches inside while loops.
def parse(text):
    state = 0
    out = []
    for c in text:
        if state == 0 and c == "<":
            state = 1
        elif state == 1 and c == ">":
            state = 0
        elif state == 0:
            out.append(c)
    return out
print(parse("ab<tag>c<x>d"))
def bisect(lo, hi, target):
    steps = 0
    while hi - lo > 1e-9:
        mid = (lo + hi) / 2
        if mid * mid < target:
            lo = mid
        else:
            hi = mid
        steps += 1
    return round(lo, 6), steps
print(bisect(0.0, 2.0, 2.0), bisect(0.0, 9.0, 10.0))
