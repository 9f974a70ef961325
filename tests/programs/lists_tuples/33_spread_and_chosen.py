# `*` before values of unknown length in a list that is only printed; `in` of one of several dicts.
import heapq
xs = [k for k in range(4) if k != 2]
words = "a b c".split()
print([1, *xs, 2.5], [*words, None], [*xs], ["x", *words, *xs][2:], [[0], *[[k] for k in xs]])
for d in ({"a": 1}, {}):
    t = d if xs else {1: "b"}
    e = {} if len(words) > 5 else {"k": 2} if len(xs) > 5 else {"b": 3.5, "c": 1}
    print("a" in t, "c" not in e, 1 in t, "b" in e)

# A list that is one of several lists, chosen in a loop and stored in a list again.
rows = [[], []]
heapq.heapify(rows)
print(rows)
rows = [[3], [1, 2], [2]]
heapq.heapify(rows)
print(rows, heapq.heappop(rows), rows)
