f() = 1
1 = x
a + b = c
"s" = x
a, f() = b
[a, 1] = b
(a, b) += 1
a, b += 1
f() += 1
a == b = c
*a = b
*a, *b = c
x = *a
*a
print(*a) = 1
for f() in x: pass
for *a in x: pass
[x for f() in y]
(a := 1) = 2
(a.b := 1)
(a[0] := 1)
[i := 0 for i in x]
[i for i in (j := x)]
del a + b, 1
(a, b): int = 1
f(): int
{a: b} = 1
None = 1
... = 1
x = yield = 1
lambda: 0 = 1
(*a)
-a = 1
a if b else c = 1
def f(): yield *a
