# break and continue act on the innermost loop.
found = []
for i in range(5):
    for j in range(5):
        if j > i:
            break
        if (i + j) % 3 == 0:
            continue
        found.append((i, j))
    else:
        found.append((i, "full"))
print(found)
out = 0
for a in range(1, 30):
    if a % 7 == 0:
        continue
    b = a
    while b > 0:
        b -= 3
        if b == 1:
            break
    else:
        out += a
print(out)
