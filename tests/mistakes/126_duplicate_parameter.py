# at 2:10, remedy
def f(a, a):
    return a
print(f(1, 2))
