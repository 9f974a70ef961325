if a:
    pass
if a:
    pass
else:
    pass
if a:
    b
elif c:
    d
elif e:
    f
else:
    g
if (n := len(a)) > 10: n
while a:
    break
while a: continue
else: b
for i in range(10):
    if i: continue
    break
else:
    b
for i, j in a: pass
for i, in a: pass
for (i, j), *k in a: pass
for x.y in a: pass
for x[0] in a: pass
for i in 1, 2, 3: pass
for i in *a, *b: pass
for i in a if b else c: pass
for i in lambda: 0, 1: pass
assert a
assert a, "message"
assert (a, b)
pass; a; b = 1;
global gx, gy
for i in a:
    while b:
        if c:
            d
        else:
            e
    else:
        f
g
