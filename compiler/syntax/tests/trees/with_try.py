with a: pass
with a as b: pass
with a as b, c as d: pass
with a, b: pass
with (a): pass
with (a) as b: pass
with (a as b): pass
with (a, b): pass
with (a, b,): pass
with (a as b, c as d,): pass
with (a, b) as c: pass
with (a, b)[0]: pass
with (a := b, c): pass
with (x for x in y): pass
with (*a, b): pass
with (yield_): pass
with (a, b), c: pass
with a as (b, c): pass
with a as b.c, d as e[0]: pass
with (
    open(a) as b,
    open(c) as d,
):
    pass
with open(a) as b, \
     open(c) as d:
    pass
try:
    a
except:
    b
try: a
except A: b
except (B, C): c
except D as e: d
except: f
else: g
finally: h
try:
    a
finally:
    b
raise
raise A
raise A("b") from c
raise A from None
