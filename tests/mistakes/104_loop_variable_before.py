# at 3:12, remedy
def f():
    return total
    total = 0
print(f())
