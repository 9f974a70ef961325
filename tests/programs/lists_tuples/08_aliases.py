# Two names of one list; a list inside itself through another name; identity.
a = [1, 2]
b = a
b.append(3)
print(a, a is b, a == [1, 2, 3], a is [1, 2, 3])
a = a + [4]
print(a, b)
b += [5]
c = b
c *= 2
print(b, c)
def f(xs):
    xs[0] = "changed"
f(b)
print(c[0])
pair = (b, b)
pair[0].append("end")
print(len(pair[1]), c[-1])
