d = [("b", [{"x": 1}]), ("a", [{"x": 2}])]
d.append(("c", []))
for k, v in sorted(d):
    print(k, v)
try:
    print((1, {"x": 1}) < (1, {"x": 2}))
except TypeError as e:
    print(e)
print((1, {"x": 1}) < (2, {"x": 2}), (1, {"x": 1}) == (1, {"x": 1}))
