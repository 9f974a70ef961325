x = 1
  y = 2
if x:
    z = 3
  w = 4
if x:
pass
for i in x:
def f():
    def g():
class A:
if x:
        a
	b
while x:  # nothing follows
