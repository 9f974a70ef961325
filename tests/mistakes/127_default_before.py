# at 2:12, remedy
def f(a=1, b):
    return a + b
print(f(1, 2))
