# The list that a method is called of is known before the arguments are, which may bind its name anew.
xs = [6]


def bind(c):
    global xs
    if c > 3:
        xs = [8, 4]
    return c


for text in ["2", "5", "1"]:
    xs.append(bind(int(text)))
    print(xs)


class Rows:
    def __init__(self, rows):
        self.rows = rows

    def start(self, k):
        if k in self.rows:
            return k + 1
        self.rows = [8, 4]
        return k


o = Rows([6])
o.rows.append(o.start(6))
print(o.rows)
old = o.rows
o.rows.insert(0, o.start(5))
print(o.rows, old)
