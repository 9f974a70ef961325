[x for x in y]
[x for x in y if x if not x]
[x for x, in y]
[(x, y) for x, y in z]
[x for x in y for y in z if y for z in w]
[x for (x, *y) in z]
[x for x.a in y]
[x for x[0] in y]
[x if y else z for x in w]
[x for x in (y if z else w)]
[x for x in y or z]
[x for x in y if z or w if v]
[x for x in y if (n := x)]
[n := x for x in y]
[lambda: x for x in y]
{x for x in y}
{x: y for x, y in z}
{x: y if z else w for x in v}
(x for x in y)
sum(x * x for x in y)
[[x for x in y] for y in z]
[x
 for x in y
 if x]
