# at 3:8
d = {"name": "ann"}
print(d["nmae"])
