"""Lists of lists that are sorted, reversed and cut where they are, and handlers of which none fits."""
n = int('3')
rows = [[k % 4, k] for k in range(n * 3)]
rows.sort()
print(rows)
rows.sort(key=lambda r: -r[1])
print(rows)
rows.sort(key=lambda r: r[0], reverse=True)
print(rows)
rows.reverse()
print(rows)
rows[0].append(77)
del rows[1:3]
print(rows)
del rows[::2]
print(rows)
rows.append([5])
del rows[::-2]
print(rows)
del rows[5:]
del rows[2:1]
print(rows)
del rows[:]
print(rows)
ys = [[3], [1], [2]]
ys.sort()
ys[0][0] = n
print(ys)
ys.sort(reverse=True)
print(ys)
class F(Exception):
    pass
try:
    try:
        raise ValueError("v")
    except F as e:
        print('F', e)
    except ZeroDivisionError as e:
        print('Z', e)
except ValueError as e:
    print("outer", e)
try:
    assert n > 5
except Exception as e:
    print(repr(e))
