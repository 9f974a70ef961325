# The memory order of what loops carry and lists hold decides whether ravel is a view.
import numpy as np
a=np.arange(6.).reshape(2,3)
b=a.T+1
for i in range(3):
    b=b*2
c=b.ravel(); c[0]=99
print(b, c)
xs=[]
for i in range(2):
    xs.append(a.T+i)
d=xs[0].ravel(); d[0]=50
print(xs, d)
e=xs.pop()
f=e.ravel(); f[0]=51
print(e,f)
def f(n):
    m=np.arange(n*n).reshape(n,n)
    if n > 2:
        m=m.T+0
    r=m.ravel(); r[0]=7
    return m
print(f(2),f(3))
