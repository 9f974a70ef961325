# One of two lists, one of which nothing is ever put into; parts and multiples of lists that are sorted in place.
xs = [["z"] for _ in range(3) if False] or [["a", "b"], ["c"], ["d"]]
r, *rest = xs
if len(r) > 1:
    r.pop()
print(xs, rest)

ys = [["z"] for _ in range(3) if False] or [["a", "b"], ["c"], ["d"]]
part = ys[1:]
ys[0].pop()
for k, y in enumerate(part):
    y.append(str(k))
if len(ys) > 4:
    part.append(ys[0])
print(ys, part)

twice = [[1.5], [2.25, 10.0], [0.5]] * 2
twice.sort()
twice[0].append(7.0)
print(twice, twice[0] is twice[1])
some = [[3, 1], [2], [1, 5]][1:]
some.sort()
print(some)

for n in (0, 1):
    zs = n and [[7.0] for _ in range(3) if n > 2] or [[0.1, 0.5], [1e3], [0.0]]
    zs.sort(reverse=True)
    print(zs)
