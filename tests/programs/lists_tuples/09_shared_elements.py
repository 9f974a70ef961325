# Elements of lists that other names reach too: stores, swaps, appends, unknown indices, inner lists.
import numpy as np
def f(a,b,c,n,k):
    xs=[a,b,c.copy()]
    xs[0][0]=5
    xs[0],xs[1]=xs[1],xs[0]
    for e in xs:
        e+=1
    xs[n % len(xs)]*=2
    v=xs[-1]
    xs[0]=xs[0]+1
    xs.append(a)
    for e in xs:
        e[0]=k
    print(a,b,c,xs,v, xs[3] is a)
    for i in range(n):
        xs[i], xs[i+1] = xs[i+1], xs[i]
        xs[i] += 1
    print(a,b,c,xs)
x=np.arange(4.); y=np.arange(4.)*2
f(x,y,x[::-1],2,1); print(x,y)
f(x,x,y,1,0); print(x,y)
row=[1,2,3]
grid=[row,row,[0]*3]
grid[0][1]=5
row.append(7)
print(grid,row)
g=[[0]*3]*3
g[1][2]=4
print(g)
for i in range(3):
    g[i][0]+=i
print(g)
xs = [np.zeros(2), np.ones(2)]
old = xs[0]
xs[0] = np.full(2, 3.0)
old[0] = 9; xs[0][1] = 4
xs[1], xs[0] = xs[0], xs[1]
print(old, xs)
last = xs.pop()
last += 1
xs.append(last)
last[0] = -1
print(xs)
rows = [np.zeros(2)] * 2 + [np.zeros(2)]
rows[0] += 1; rows[2][0] = 5
print(rows, rows[0] is rows[1])
def pick(c, u, w):
    t = u if c else w
    t.append(4)
    return t
u=[1]; w=[2]
for c in (True, False, True):
    q=pick(c,u,w)
    q[0]+=10
print(u,w,q)
