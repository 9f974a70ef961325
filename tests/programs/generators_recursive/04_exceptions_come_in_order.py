def ratios(xs, i=0):
    if i < len(xs):
        yield 100 // xs[i]
        yield from ratios(xs, i + 1)


def lookup(graph, node):
    yield node
    for n in graph[node]:
        yield from lookup(graph, n)


try:
    for r in ratios([1, 5, 0, 2]):
        print(r)
except ZeroDivisionError as e:
    print("after", e)
try:
    print(list(ratios([0])))
except ZeroDivisionError as e:
    print(e)
for r in ratios([4, 0]):
    print("first", r)
    break
found = []
graph = {"a": ["b", "c"], "b": ["x"], "c": []}
try:
    for n in lookup(graph, "a"):
        found.append(n)
except KeyError as e:
    print("KeyError", e, found)
for n in lookup({"a": ["b"], "b": ["z"]}, "a"):
    print(n)
