def pascal(n):
    row = [1]
    for _ in range(n):
        yield row
        row = [a + b for a, b in zip([0] + row, row + [0])]
t = list(pascal(6))
for r in t: print(r)
def subsets(xs):
    if not xs: return [[]]
    rest = subsets(xs[1:])
    return rest + [[xs[0]] + r for r in rest]
print(subsets([1, 2, 3]))
def bt(k, cur, out):
    if k == 0:
        out.append(cur[:])
        return
    for i in range(2):
        cur.append(i)
        bt(k - 1, cur, out)
        cur.pop()
out = []
bt(3, [], out)
print(out)
