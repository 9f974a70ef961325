def f(a):
    global a
    b = 1
    global b
    nonlocal c
    print(d)
    nonlocal d
    global e
    nonlocal e
    def g():
        nonlocal b, e
        nonlocal z
