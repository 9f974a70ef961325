# Objects that are iterated over: __iter__, __next__, __getitem__.
class C:
    def __init__(self, n):
        self.n = n
        self.i = 0
    def __iter__(self):
        return self
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i
for x in C(3):
    print(x)
print(list(C(4)), sum(C(4)))
c = C(2)
print(next(c), next(c), next(c, "end"))

class Tree:
    def __init__(self, vals):
        self.vals = vals
    def __iter__(self):
        for v in self.vals:
            yield v * 2
for x in Tree([1, 2]):
    print(x)
print(list(Tree([3])), max(Tree([1, 5])))

class B:
    def __init__(self, vals):
        self.vals = vals
    def __iter__(self):
        return iter(self.vals)
for x in B([1, 2]):
    print(x)
print(list(B([3])), 3 in B([3]))

class B:
    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * i
for x in B():
    print(x)
