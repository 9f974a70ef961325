waiting = {}
for w in ["a", "b", "aa", "c", "bb"]:
    waiting.setdefault(len(w), []).append(w)
q = waiting[1]
done = []
while q:
    p = q.pop(0)
    done.append(p)
    waiting[2].append(p + "!")
print(waiting, done, q)
