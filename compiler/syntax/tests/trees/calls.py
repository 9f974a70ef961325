f()
f(a)
f(a,)
f(a, b, c=1)
f(a=1, b=2,)
f(*a)
f(**k)
f(a, *b, c, d=1, *e, f=2, **g, h=3, **i)
f(x for x in y)
f((x for x in y), 1)
f(n := 10)
f(a, n := 10)
f(lambda: 0, lambda x: x)
f(a if b else c)
f(*a or b)
f(**a or b)
f(yield_)
f(a)(b)[c].d(e)
f (
    a,
    # between
    b = 2,
)
x.y.z()
"a".join(b)
1 .real
1.5.hex()
...
print(end="")
f(print=1, match=2, case=3, _=4, type=5)
