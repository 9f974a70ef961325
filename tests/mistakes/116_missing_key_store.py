# at 4:8
d = {"a": 1}
d["b"] = 2
print(d["c"])
