# at 5:1
def stats(a):
    return min(a), max(a)
a = [1, 2, 3]
low, high, mean = stats(a)
print(low)
