# What is stored before an exception leaves stays, also in a handler that raises.
def a(xs, n):
    if n == 0:
        xs.append(1)
        raise RuntimeError('x')
def b(xs, n):
    try:
        n = 5 // n
    except ArithmeticError:
        xs.append(1)
        raise RuntimeError('x')
def c(xs, n):
    try:
        n = 5 // n
    except ArithmeticError:
        xs[0] = 7
        n = 1 // n
for k in (0, 1):
    for f in (0, 1, 2):
        xs = [3]
        try:
            if f == 0: a(xs, k)
            elif f == 1: b(xs, k)
            else: c(xs, k)
        except RuntimeError as e:
            print(e)
        except ZeroDivisionError as e:
            print(e)
        print(f, xs)
