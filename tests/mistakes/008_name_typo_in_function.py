# at 4:16, remedy
def mean(values):
    n = len(values)
    return sum(valeus) / n
print(mean([1, 2]))
