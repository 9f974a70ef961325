x = [1, 2)
y = (3, [4}
z = 5)
w = f(a[1, b(2)
def g():
    return [1,
while True:
    v = {1: 2
u = (3,
     4
t = 6
