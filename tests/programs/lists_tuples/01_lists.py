# Lists: display, index, slice, the methods.
a = [3, 1, 2]
print(a, a[0], a[-1], a[1:], a[:-1], a[::-1], a[5:], a[-100:2], len(a))
a.append(5)
a.insert(1, 9)
a.extend([7, 8])
print(a, a.pop(), a.pop(0), a)
a.remove(9)
a.reverse()
print(a, a.index(2), a.count(7), 7 in a)
a.sort()
print(a, sorted(a, reverse=True), min(a), max(a), sum(a))
a[0] = 100
a[-1] += 0
del a[1]
print(a, [] + a, a * 2, [0] * 3)
a.clear()
print(a, len(a))
