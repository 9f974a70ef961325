# A function that changes the list that it is mapped over: `map` asks for items one at a time, whatever takes them.
def taker(xs):
    return lambda x: xs.pop() + x


xs = [5, 6, 7, 8, 9]
print(list(map(taker(xs), xs)), xs)
xs = [5, 6, 7, 8, 9]
print(sum(map(taker(xs), xs)), xs)
xs = [5, 6, 7, 8, 9]
print(max(map(taker(xs), xs)), any(map(lambda x: x < 0, xs)), xs)
xs = [5, 6, 7, 8, 9]
print(" ".join(map(lambda x: str(xs.pop()), xs)), xs)
xs = [5, 3, 7, 8, 9]
ys = [1]
ys.extend(map(lambda x: xs.pop(), xs))
print(ys, xs)
print(dict(map(lambda x: (x, xs.pop()), xs)), xs)
xs = [5, 3, 7, 8, 9]
print(sorted(filter(lambda x: xs.pop() > 3, xs)), xs)

# What extends a list from itself sees what is there already.
xs = [5, 3, 7, 8, 9]
xs.extend(x * 2 for x in xs if len(xs) < 12)
print(xs)
xs += (x for x in xs if x > 13 and len(xs) < 15)
print(xs)
rows = [[1, 2, 3], [4, 5, 6]]
for a, b in zip(*rows):
    rows[0].append(9)
    rows.append([1])
    print(a, b)
print(rows)
