# at 8:7, remedy
class Account:
    def __init__(self, owner):
        self.owner = owner
    def show(self):
        return self.owner
a = Account("ann")
print(a.ownr)
