# A generator loops over an iterator that it was given, while a handler is around: it is asked item by item.
def columns(rows):
    return [list(column) for column in rows]


def pairs(xs):
    for x in xs:
        yield x, x


matrix = [[1, 2, 3], [4, 5, 6]]
try:
    print(columns(zip(*matrix)))
    for a, b in pairs(zip("ab", matrix)):
        print(a, b)
    print(columns(reversed(matrix)), [sum(c) for c in zip(*matrix)])
    print(columns(zip(matrix[0], matrix[1]))[5])
except IndexError as e:
    print("IndexError:", e)
