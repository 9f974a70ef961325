# Structured arrays: fields as views, items, slices, masks, loops, text.
import numpy as np
p = np.zeros(3, dtype=[("x", "f8"), ("n", "i4"), ("ok", "?")])
print(p, len(p), p.shape, p.ndim, p.size)
x = p["x"]
x[1] = 2.5
p["n"] = [4, 5, 6]
p[0]["n"] = 3
q = p[1]
q["n"] = 8
q["ok"] = True
print(p, q, q["x"], q["n"] + 1, p["n"].sum(), p[-1]["ok"])
print(repr(p), repr(p["n"]))
p[2] = (1.25, -7, True)
t = p[1:]
t["x"] *= 2
print(t, p[::-1], p)
for r in p:
    r["x"] += 1
    print(r, r["n"])
print(p[p["n"] > 0], p[[2, 0]])
c = p.copy()
c["x"] = 0
p[0] = p[2]
print(p, c)
m = np.ones((2, 2), dtype=[("re", np.float32), ("im", float)])
m["im"][0] = 1.5
m[1, 0]["re"] = 10
print(m, m[0], m[1, 0])
print(np.zeros(2, dtype=[("only", int)]), np.zeros(0, dtype=[("a", "f8"), ("b", "f8")]))
def centre(points):
    return points["x"].mean(), points["y"].mean()
pts = np.zeros(4, dtype=[("x", "f8"), ("y", "f8")])
pts["x"] = np.arange(4)
pts["y"] = pts["x"] ** 2
print(centre(pts))
try:
    p["z"]
except ValueError as e:
    print(e)
big = np.zeros(12, dtype=[("alpha", "f8"), ("beta", "i8")])
big["alpha"] = np.linspace(0, 1, 12)
print(big)
print(p == p[::-1], p != c, p[0] == p[2], p[0] == p[1], p is p, p[0] is p[0])
p[5]
