# A list that is one of two grows in a loop over it, or in a loop that a loop over it holds.
for n in (0, 2):
    items = [[9] for _ in range(n)] or [[3, 5]]
    for x, s in zip(items, ["a", "b", "c"]):
        for y in list(items):
            if len(items) < 6:
                items.insert(-1, [len(y)] * 2)
    print(items)
    for k, x in enumerate(items):
        if k < 3:
            items.append([k])
        x.append(k)
    print(items)
words = [] if len(items) > 100 else ["a", "b"]
for w in words:
    if len(words) < 5:
        words.append(w + "!")
print(words)
print([words.pop() for w in words])
