# Floor division rounds down and the remainder has the divisor's sign.
def pair(a, b):
    return a // b, a % b
for a in (7, -7, 6, -6, 0, 1, -1):
    for b in (3, -3, 1, -1, 7, -7, 10):
        q, r = pair(a, b)
        print(a, b, q, r, q * b + r == a, divmod(a, b) == (q, r))
