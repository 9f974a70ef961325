def count(n):
    print("start", n)
    i = 0
    while i < n:
        print("before", i)
        yield i
        print("after", i)
        i += 1
    print("end")
g = count(3)
print(next(g))
print("between")
print(next(g))
print(next(g, -1))
print(next(g, -1))
print(next(g, -1))
g = count(4)
print(next(g))
for x in g:
    print("got", x)
    if x == 2:
        break
print("rest", list(g))
for a, b in zip(count(3), count(2)):
    print(a, b)
h = (x * x for x in range(4) if x != 1)
print(next(h))
print(list(h))
print(list(h))
print(next(h))
