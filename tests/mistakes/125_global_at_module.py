# at 4:12
def f():
    x = 1
    global x
    x = 2
f()
