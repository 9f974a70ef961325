# at 4:12, remedy
def f(flag):
    if flag: y = 1
    return y
print(f(False))
