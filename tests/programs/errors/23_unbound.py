# A name that only one path binds.
def f(flag):
    if flag:
        x = 1
    return x
print(f(True))
try:
    f(False)
except UnboundLocalError as e:
    print(e)
def g(n):
    for i in range(n):
        last = i
    return last
print(g(3))
print(g(0))
