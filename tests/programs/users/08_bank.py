"""Accounts with inheritance, transactions, exceptions, and a statement."""


class InsufficientFunds(Exception):
    """Raised when a withdrawal exceeds what is available."""

    def __init__(self, account, amount):
        super().__init__(f"{account.owner} lacks {amount - account.balance:.2f}")
        self.account = account
        self.amount = amount


class Account:
    next_number = 1001

    def __init__(self, owner, balance=0.0):
        self.owner = owner
        self.balance = balance
        self.number = Account.next_number
        Account.next_number += 1
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("deposit must be positive")
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.available():
            raise InsufficientFunds(self, amount)
        self.balance -= amount
        self.history.append(("withdraw", -amount))

    def available(self):
        return self.balance

    def __repr__(self):
        return f"{type(self).__name__}({self.owner!r}, {self.balance:.2f})"

    def __lt__(self, other):
        return self.balance < other.balance


class Savings(Account):
    def __init__(self, owner, balance=0.0, rate=0.02):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        interest = self.balance * self.rate
        self.deposit(interest)
        return interest


class Checking(Account):
    def __init__(self, owner, balance=0.0, overdraft=100.0):
        super().__init__(owner, balance)
        self.overdraft = overdraft

    def available(self):
        return self.balance + self.overdraft


class Bank:
    def __init__(self, name):
        self.name = name
        self.accounts = {}

    def open(self, account):
        self.accounts[account.number] = account
        return account.number

    def transfer(self, source, target, amount):
        self.accounts[source].withdraw(amount)
        self.accounts[target].deposit(amount)

    def __len__(self):
        return len(self.accounts)

    def total(self):
        return sum(a.balance for a in self.accounts.values())


bank = Bank("First Quipu")
ann = bank.open(Savings("Ann", 1200.0, rate=0.035))
bob = bank.open(Checking("Bob", 80.0))
cyd = bank.open(Account("Cyd"))

for source, target, amount in [(ann, bob, 250), (bob, cyd, 400), (cyd, ann, 1000), (bob, 9999, 10), (ann, cyd, -5)]:
    try:
        bank.transfer(source, target, amount)
    except InsufficientFunds as e:
        print("refused:", e, "| wanted", e.amount)
    except KeyError as e:
        print("no account", e)
    except ValueError as e:
        print("invalid:", e)
    else:
        print(f"moved {amount} from {source} to {target}")

print(f"interest {bank.accounts[ann].add_interest():.2f}")
for number, account in bank.accounts.items():
    print(number, account)
    for kind, amount in account.history:
        print(f"    {kind:<10}{amount:>10.2f}")
print(len(bank), f"{bank.total():.2f}", max(bank.accounts.values()).owner)
print([a.owner for a in sorted(bank.accounts.values())])
