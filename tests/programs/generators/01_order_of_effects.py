def count(n):
    print("start", n)
    i = 0
    while i < n:
        print("before", i)
        yield i
        print("after", i)
        i += 1
    print("end")
for x in count(3):
    print("got", x)
def f():
    for x in count(5):
        if x == 1:
            return x * 10
    return -1
print(f())
print(sum(count(2)), list(count(2)))
print(any(x > 0 for x in count(4)))
def show(x):
    print("show", x)
    return x
print(any(show(x) > 1 for x in range(5) if show(x + 100) % 2 == 0))
print(max(show(x) for x in [3, 1, 2] if x != 1))
for i, x in enumerate(count(2), 5):
    print(i, x)
print([y for y in count(3) if y != 1])
print(3 in (show(x) for x in range(10) if x % 3 == 0))
a, b = count(2)
print(a, b)
