# A method returns one of several lists, and the paths that return it meet in one place with a list of its own.
class Journal:
    def __init__(self, name):
        self.log = []
        self.name = name

    def add(self, what):
        self.log.append(what)

    def lines(self):
        if self.log:
            return sorted(self.log)
        return self.log and (self.log if len(self.log) > 4 else self.log) if self.name else list(self.name)


j = Journal("k")
for what in ("b", "a", "c"):
    try:
        print(j.lines())
        try:
            raise ValueError(what)
        except KeyError as e:
            k = j
    except Exception as e:
        j.add(str(e))
print(j.lines(), j.log)


def pick(a, b, n):
    if n > 2:
        return sorted(a)
    return a and (a if n else b) if b else [n]


print([pick(x, y, n) for x in ([], [2, 1]) for y in ([], [4]) for n in (0, 1, 3)])
