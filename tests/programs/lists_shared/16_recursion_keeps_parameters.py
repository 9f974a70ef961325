# A recursive function that puts a list parameter into another list and changes it afterwards.
def gen(out, path, n):
    if n == 0:
        out.append(path)
        return
    path.append(n)
    gen(out, path, n - 1)
    path.append(-n)

out = []
p = [0]
gen(out, p, 3)
print(out, p)
p.append(99)
print(out, p, out[0] is p)

def keep(out, path, n):
    if n == 0:
        return
    out.append(path)
    keep(out, path, n - 1)
    path[0] += 1

o = []
q = [5]
keep(o, q, 3)
print(o, q)
o[1][0] = 100
print(o, q)

def perms(out, path, rest):
    if not rest:
        out.append(path)
        return
    for i in range(len(rest)):
        path.append(rest[i])
        perms(out, path, rest[:i] + rest[i + 1:])
        path.pop()

out = []
perms(out, [], [1, 2, 3])
print(out)
