# The order of a set's items after items were taken out, and items with one hash (-1 and -2).
s = {11, 4, -1}
s.update([-2])
print(s, -2 in s, -1 in s)
s.discard(-1)
print(s, -2 in s, -1 in s)

a = {11} ^ {782, -3, 1}
b = set([-6, 3, 733, 931, 1, 2])
print(a ^ b, b ^ a, a | b, a - b, b & a)
b ^= a
print(b)

# What is added goes where something was taken out.
t = set([200, 201, 202, 203, 204])
for k in [0, 32, 64, 96]:
    t.add(k)
t.discard(32)
t.discard(64)
t.add(128)
t.add(160)
print(t)

state = 12345
u = set()
for _ in range(300):
    state = (state * 1103515245 + 12345) % 2147483648
    k = (state >> 8) % 40 - 20
    if state >> 20 & 1:
        u.add(k * 8)
    else:
        u.discard(k * 8)
    if len(u) > 12:
        u ^= {k, k + 8, k - 1}
print(u, len(u))
total = 0
for k in u:
    total = (total * 31 + k) % 1000003
print(total)
