# at 4:14, remedy
def make(n):
    out = [0] * n
print(make(3)[0])
