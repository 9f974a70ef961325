# Objects and lists of a fixed length that a `finally` makes: it runs on several ways out, each with its own.
class Point:
    def __init__(self, x):
        self.x = x


class Holder:
    def __init__(self, point):
        self.point = point

    def renew(self, x):
        self.point = Point(x)
        return x


try:
    print("body")
finally:
    p = Point(818)
    both = [1, "two"]
    print(p.x)
print(p.x, both[0], both[1])

h = Holder(Point(0))
try:
    print(h.renew(1))
finally:
    print(h.renew(2))
print(h.point.x)


def way_out(text):
    h = Holder(Point(3))
    try:
        try:
            h.renew(int(text))
        finally:
            last = Point(h.point.x + 1)
            h.point = last
    except ValueError as e:
        print(e)
    return h.point.x


print(way_out("7"), way_out("x"))
