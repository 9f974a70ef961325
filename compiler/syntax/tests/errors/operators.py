if a = 1: pass
while a = 1: pass
x = a && b
x = a || b
x = !a
x = a ? b : c
x = a <> b
x++
x--
x = a if b
x = a == = b
x = (y = 2)
x := 1
x = a +
x = * a
x = a b
x = 1 2
x = "a" b
assert x := 1
x = a not b
x = is a
