def f(a, a): pass
def f(a=1, b): pass
def f(*a, *b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
def f(a, /, b, /): pass
def f(*, a, /): pass
def f(/): pass
def f(a.b): pass
def f(1): pass
def f(a: int) - > int: pass
def f a: pass
def (a): pass
lambda a, a: 0
lambda a=1, b: 0
lambda (a, b): 0
def None(): pass
def g():
    x = 1
     y = 2
    return x
