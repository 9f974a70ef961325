def parts(n):
    if n == 1:
        return [[[1]]]
    out = []
    for p in parts(n - 1):
        out.append([[n]] + p)
        for k in range(len(p)):
            out.append(p[:k] + [[n] + p[k]] + p[k + 1:])
    return out
for p in parts(3):
    print(p)
