# at 3:7, remedy
d = {"a": 1}
print(d.has_key("a"))
