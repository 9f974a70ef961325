# at 3:8, remedy
d = {"name": "ann"}
print(d["nmae"])
