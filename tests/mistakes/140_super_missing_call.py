# at 7:16, remedy
class A:
    def __init__(self): self.x = 1
class B(A):
    def __init__(self): self.y = 2
    def total(self):
        return self.x + self.y
print(B().total())
