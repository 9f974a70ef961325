"""The program ends with an exception while a generator rests in a block with a `finally`."""


def countdown(n):
    try:
        while n > 0:
            yield n
            n -= 1
    finally:
        print("over at", n)
    print("behind")


for n in countdown(5):
    if n == 3:
        break
    print(n, end=" ")
print(list(countdown(2)))
items = countdown(3)
print(next(items), next(items))
seen = []
for x in range(4):
    seen.append(x * 2)
print(sum(seen), next(items, "none"))
raise ValueError(sum(seen))
