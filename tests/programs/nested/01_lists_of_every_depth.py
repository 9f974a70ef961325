"""Lists in lists of every depth: built by recursion, shown, compared, flattened."""


def nest(depth):
    if depth == 0:
        return [1, 2.5, "leaf"]
    return [depth, nest(depth - 1), [nest(depth - 1)]]


def flat(x):
    out = []
    for item in x:
        if isinstance(item, list):
            out.extend(flat(item))
        else:
            out.append(item)
    return out


def depth(x):
    if not isinstance(x, list):
        return 0
    return 1 + max((depth(i) for i in x), default=0)


a = nest(2)
print(a)
print(nest(1) == nest(1), nest(1) == nest(2), a == nest(2), a != nest(2))
print(flat(a), depth(a))
b = nest(1)
b[1].append([b[0], []])
print(b, b == nest(1))
print(len(str(a)), f"{b!r:>40}")
