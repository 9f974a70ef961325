# One of two lists, whose elements have two types at first: what is put into either makes them one.
def name(k):
    a = [None for e in [7, 741, 0]]
    b = [None, 1.5]
    try:
        c = (a if k > 0 else b) and [None, 7.0, None]
        d = a if k > 1 else b
    except Exception as e:
        print("caught", e)
    a.append(-1.5)
    d.append(None)
    return a, b, c, d


for k in range(3):
    print(name(k))

items = [None for e in [7, 741, 0]]
try:
    kept = (items * 1 if len(items) < 3 else items) and [None, 1.0 if len(items) < 3 else None, 7.0]
except Exception as e:
    print("caught", e)
items.append(0.5 if len(items) > 2 else None)
print(items, kept)
