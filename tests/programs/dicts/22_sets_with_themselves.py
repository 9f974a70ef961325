# A set and itself: the table of the result has CPython's size, which is the order of its items.
s = {-4, 12}
s |= {-15, 0, 3, -9}
for k in range(40, 60):
    s.add(k)
for k in range(40, 60):
    s.remove(k)
print(s & s, s | s, s - s, s ^ s)
print(s.intersection(s), s.union(s, s), s.union([1], s), s.isdisjoint(s), s <= s)
t = s
t &= s
print(s)
t |= s
print(s)
for op in range(2):
    u = {k * 7 % 64 for k in range(30)}
    if op:
        u -= u
    else:
        u ^= u
    print(u)
    for k in (64, 3, 35, -1, 130):
        u.add(k)
    print(u)
w = {k * 7 % 64 for k in range(30)}
w.difference_update(w)
w.update([64, 3, 35, -1, 130])
print(w)
