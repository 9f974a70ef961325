# try/finally, exceptions across
def g1(n):
    try:
        for i in range(n):
            print("y", i)
            yield i
        print("done")
    finally:
        print("cleanup")
for x in g1(2):
    print(x)
for x in g1(5):
    if x == 1:
        break
print("after break")
def find(n):
    for x in g1(n):
        if x == 2:
            return x
    return None
print(find(4), find(1))
try:
    for x in g1(3):
        if x == 1:
            raise ValueError("consumer")
except ValueError as e:
    print("caught", e)
def g2():
    yield 1
    raise KeyError("inside")
try:
    for x in g2():
        print(x)
except KeyError as e:
    print("caught", e)
def g3(xs):
    for x in xs:
        try:
            yield 10 // x
        except ZeroDivisionError:
            print("div")
            yield -1
        except ValueError:
            print("never")
        else:
            print("fine")
for v in g3([5, 0, 2]):
    print(v)
try:
    for v in g3([5, 0, 2]):
        if v == 5:
            raise ValueError("out")
except ValueError as e:
    print("out:", e)
def g4():
    yield 1
    raise StopIteration("x")
try:
    print(list(g4()))
except RuntimeError as e:
    print("runtime", e)
def pairs(g):
    while True:
        a = next(g)
        yield a, next(g)
try:
    for p in pairs(iter([1, 2, 3])):
        print(p)
except RuntimeError as e:
    print("runtime", e)
print(sum(x for x in g1(3)))
print(any(x == 1 for x in g1(3)))
