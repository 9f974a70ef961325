class = 1
x.import = 2
for in x: pass
def lambda(): pass
from a import None
import a.if
f(class=3)
x = not
True = 1
None += 1
print x
exec "code"
