# at 4:11
def f():
    return 1, 2
a, b, c = f()
print(a, b, c)
