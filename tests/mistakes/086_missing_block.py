# at 4:1, remedy
def f(x):

print(f(1))
