n = 10
s = 0
while n > 0:
    s += n
    n -= 1
print(s, n)
