# Where paths meet, several names come to denote lists: what is in one says nothing of the others.
items = [{8: True, 12: True}][:3]
w = 0
while w < 1:
    w += 1
    seen = {2, 4} | {7 for e in "a"}
    items = [{7: True}]
print(items, sorted(seen))

rows = [{8: True}][:]
w = 0
while w < 2:
    w += 1
    t = {2, w}
    s = set()
    for k in t:
        s.add(k)
    rows = [{7: True}]
print(rows, sorted(s))

more = [{8: True}][:3]
for w in range(3):
    t = set()
    both = {2} | t
    if w == 1:
        more = [{"x": w}]
        both.add(w)
    names, counts = ([str(w)], [w]) if w else (["-"], [0])
print(more, sorted(both), names, counts)
