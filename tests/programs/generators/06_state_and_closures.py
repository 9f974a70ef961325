# generator kept, in a function; passed on; exhausted; default
def gen(n):
    k = 0
    while k < n:
        got = k * 2
        yield got
        print("resumed", got)
        k += 1
def head(g, d):
    return next(g, d)
def drain(g):
    out = []
    for x in g:
        out.append(x)
    return out
def main():
    g = gen(4)
    a = head(g, -1)
    b = head(g, -1)
    print(a, b)
    print(drain(g))
    print(head(g, -1), drain(g))
    h = gen(3)
    while True:
        v = next(h, None)
        if v is None:
            print("empty")
            break
        print("v", v)
    t = (gen(2), gen(3))
    print(next(t[0]), next(t[1]), next(t[0]))
    return gen(2)
r = main()
print(list(r), list(r))
def maker(n):
    def inner():
        for i in range(n):
            yield i + n
    return inner()
m = maker(3)
print(next(m), sum(m))
def conditional(flag):
    if flag:
        yield "yes"
        yield "still"
    else:
        yield "no"
    yield "end"
for f in (True, False):
    c = conditional(f)
    print(next(c))
    for x in c:
        print(" ", x)
c = conditional(len(list(gen(2))) > 1)
print(next(c), next(c), next(c), next(c, "over"))
def bare():
    x = yield
    print("x is", x)
    y = yield 5
    print("y is", y)
for v in bare():
    print(v)
b = bare()
print(next(b), next(b), next(b, "stop"))
def returns(n):
    for i in range(n):
        if i == 2:
            return
        yield i
    print("not reached for 3")
print(list(returns(3)), list(returns(2)))
def early():
    return
    yield 1
print(list(early()), next(early(), "none"))
g = gen(1)
next(g)
next(g)
