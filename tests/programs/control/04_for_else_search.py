# for / else: the else runs if there was no break.
def first_factor(n):
    for d in range(2, n):
        if n % d == 0:
            return d
    return n
def report(n):
    for d in range(2, n):
        if n % d == 0:
            print(n, "has factor", d)
            break
    else:
        print(n, "is prime or less than 2")
for n in (0, 1, 2, 7, 9, 15, 35, 97):
    report(n)
print([first_factor(n) for n in (4, 9, 49, 53)])
