s = 0
for i in range(10):
    s += i * i
print(s)
for i in range(2, 8, 3):
    print(i)
