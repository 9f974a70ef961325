# Tuples whose length only run time knows, as keys: two with one hash are compared item by item.
rows = [[1, 2], [3], [1, 2], []]
seen = {tuple(r) for r in rows}
print(len(seen), (1, 2) in seen, (2, 1) in seen, () in seen)
count = {}
for r in rows:
    count[tuple(r)] = count.get(tuple(r), 0) + 1
print(count, count[(1, 2)])
