# A name that denotes one of several dicts, made on different paths from different keys.
xs = [1]
xs.pop()
p = {} if xs else {6: "it's"}
if xs:
    p = {0: "-"}
print(p)
pair = (0, {}) if xs else (0, {6: "it's"})
if xs:
    pair = (0, {0: "-"})
print(pair)
triple = ({0: 0 for e in "" if True}, True, "a") if xs else ({}, True, "b") if xs else ({"tab": "pad"}, True, "c")
print(triple)

# Dicts in lists in dicts, popped in a loop and compared on the way: all of them are one class.
tables = {0: 1.5, 8: {"a": 0, False: 2.25}, 9: {6: False}}
empty = dict()
tables[1.5] = {3: 4, 1.5: 64.0}
tables = tables | {7: {0: 0 for e in tables if True}}
if tables != {0: empty for e in ""}:
    tables.update({0: empty})
print(empty.pop(0, "none"), tables)
