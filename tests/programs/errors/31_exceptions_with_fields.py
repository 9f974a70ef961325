# Exceptions with fields and methods.
class Insufficient(Exception):
    def __init__(self, balance, amount):
        super().__init__(f"need {amount - balance} more")
        self.balance = balance
        self.amount = amount
    def missing(self):
        return self.amount - self.balance
class Other(Exception):
    def __init__(self, code):
        self.code = code
    def __str__(self):
        return f"code {self.code}"
class Sub(Insufficient):
    pass
class Account:
    def __init__(self, balance):
        self.balance = balance
    def withdraw(self, amount):
        if amount > self.balance:
            raise Insufficient(self.balance, amount)
        self.balance -= amount
a = Account(10)
try:
    a.withdraw(3)
    a.withdraw(20)
except Insufficient as e:
    print(e, e.balance, e.amount, e.missing(), type(e).__name__)
for k in range(3):
    try:
        if k == 0:
            raise Other(5)
        elif k == 1:
            raise Sub(1, 2)
        raise Insufficient(5, 6)
    except Other as e:
        print("other", e, e.code)
    except Insufficient as e:
        print(type(e).__name__, e.balance, e)
try:
    raise Other(9)
except Exception as e:
    print(e, repr(e))
e = Other(3)
print(e.code, str(e))
raise Sub(7, 9)
