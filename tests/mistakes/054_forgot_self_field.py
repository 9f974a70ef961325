# at 6:16, remedy
class A:
    def __init__(self, x):
        self.x = x
    def twice(self):
        return x * 2
print(A(3).twice())
