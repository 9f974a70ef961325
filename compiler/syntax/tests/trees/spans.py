# Spans are compared too.
x = (a + b) * -c ** d
f((x), (y, z), (w), k=(v), *(u), **(t))[1:(2), ...]
g(x for x in (y))
a = b, = (c), d = [e, (f)], (g)
@(deco)
def f(a: (int) = (1), *b, c: int, **d) -> (x):
    return (a if (b) else (c)), not (d)

(a).b[(c)](d).e = (lambda x: (x))
if (a) and (b or c):
    x
elif (a < b <= (c)):
    y
else:
    z
with (a as b, (c) as d): pass
with (a, b) as c: pass
for (i, j) in (k): pass
try: a
except (b): c
"a" "b" f"{c}"
{a: (b), **(c)}, {a, *(b)}, {a: b for a in (b) if (c)}
a[b, ], a[(b, )], a[b:, :c], a[*d]
x = yield_ = (y := (z)); del (a), (b.c); assert (a), (b)
from a.b import (c as d)
import a.b as c, d
class A((B), metaclass=(C)): pass
