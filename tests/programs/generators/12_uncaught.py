# What leaves the program shows the consumer's line and the generator's.
def ratios(xs):
    for x in xs:
        yield 12 // x


total = 0
for r in ratios([3, 4, 0, 5]):
    total += r
    print(r, total)
