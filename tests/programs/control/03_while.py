# while, with break, continue and else.
n = 0
while n < 10:
    n += 1
    if n % 2:
        continue
    if n > 8:
        break
    print(n)
else:
    print("no break")
print("n", n)
k = 3
while k:
    k -= 1
else:
    print("else", k)
while False:
    print("never")
else:
    print("zero trips")
