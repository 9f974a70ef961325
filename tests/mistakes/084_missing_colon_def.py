# at 2:9, remedy
def f(x)
    return x
print(f(1))
