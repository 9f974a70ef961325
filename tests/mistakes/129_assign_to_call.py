# at 3:1, remedy
def f(): return 1
f() = 3
