return 1
yield 2
break
continue
for i in x:
    def f():
        break
else:
    continue
class A:
    return 3
    x = [(yield) for y in z]
def g():
    from a import *
    x = [(yield y) for y in z]
    while (yield): continue
nonlocal h
else:
    pass
elif x:
    pass
except A:
    pass
finally:
    pass
try:
    pass
x = 1
try: pass
except: pass
except A: pass
try: pass
except A, B: pass
if x pass
if x
    pass
else
    pass
if a: pass
else: pass
else: pass
else if b: pass
@decorated
x = 1
if x: if y: pass
from a import b,
from import a
import
import a.
del
del f()
for x y in z: pass
for x in: pass
with a as 1: pass
from __future__ import division
def f():
    global g
    g: int = 1
x = 1 \
