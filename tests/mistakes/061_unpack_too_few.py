# at 4:1
def f():
    return 1, 2
a, b, c = f()
print(a, b, c)
