# When a consumer leaves, `finally` blocks of the generators it leaves run from the inside out.
def inner(k):
    try:
        for i in range(k):
            yield i
    finally:
        print("close inner", k)


def outer(n):
    try:
        for k in range(1, n):
            for x in inner(k):
                yield k * 10 + x
    finally:
        print("close outer")


for x in outer(4):
    print(x)
    if x == 20:
        break
print("left")


def find(n):
    for x in outer(n):
        if x == 10:
            return x
    return -1


print(find(3), find(1))
try:
    for x in outer(3):
        if x == 20:
            raise ValueError("no more")
except ValueError as e:
    print("caught", e)
print(any(x == 20 for x in outer(4)))
