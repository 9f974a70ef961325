"""A bank statement: parsed lines, exceptions as users use them, and f-string formatting."""

LINES = """\
2024-01-03;Opening balance;1250.00
2024-01-05;Rent January;-640.00
2024-01-05;Groceries;-82.45
2024-01-09;Salary;2310.5
2024-01-13;bad line
2024-02-30;Impossible date;-1
2024-01-17;Electricity;-71,30
2024-01-20;Cinema;-24.00
2024-01-31;Interest;0.87
2024-02-01;Rent February;-640.00
"""


class Kind:
    CREDIT = "credit"
    DEBIT = "debit"


class FormatError(Exception):
    """A line that cannot be read."""


class DateError(FormatError):
    pass


DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


class Entry:
    def __init__(self, date, text, amount):
        self.date, self.text, self.amount = date, text, amount

    @classmethod
    def parse(cls, line):
        try:
            date, text, amount = line.split(";")
        except ValueError:
            raise FormatError(f"3 fields expected, {line.count(';') + 1} found") from None
        year, month, day = map(int, date.split("-"))
        if not (1 <= month <= 12 and 1 <= day <= DAYS[month - 1]):
            raise DateError(f"no such date {date}")
        try:
            value = float(amount)
        except ValueError as e:
            raise FormatError(str(e)) from e
        return cls((year, month, day), text, value)

    @property
    def kind(self):
        return Kind.CREDIT if self.amount >= 0 else Kind.DEBIT

    def __format__(self, spec):
        y, m, d = self.date
        return f"{d:02}.{m:02}.{y % 100:02} {self.text:<{spec or 16}}{self.amount:>+12,.2f}"


def read(text):
    entries, errors = [], []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            entry = Entry.parse(line)
        except DateError as e:
            errors.append((number, "date", str(e)))
        except FormatError as e:
            errors.append((number, "format", str(e)))
        else:
            entries.append(entry)
    return entries, errors


def statement(entries):
    balance = 0.0
    lowest = None
    for entry in sorted(entries, key=lambda e: e.date):
        balance += entry.amount
        lowest = balance if lowest is None else min(lowest, balance)
        print(f"{entry:18} {entry.kind:<7}{balance:>11,.2f}")
    print(f"{'=' * 58}")
    print(f"{'balance':>46} {balance:11,.2f}")
    print(f"lowest {lowest:.2f}, {balance = :.1f}")


entries, errors = read(LINES)
statement(entries)
for number, what, message in errors:
    print(f"line {number:>2} ({what}): {message}")

monthly = {}
for e in entries:
    monthly.setdefault(e.date[:2], []).append(e.amount)
for (year, month), amounts in monthly.items():
    ins = sum(a for a in amounts if a > 0)
    outs = -sum(a for a in amounts if a < 0)
    share = outs / ins if ins else float("nan")
    print(f"{year}/{month:02}: in {ins:>9.2f} out {outs:>9.2f} ratio {share:.1%} {'*' * len(amounts)}")
print(Kind.CREDIT, sum(e.kind == Kind.DEBIT for e in entries))


def risky(n):
    try:
        if n == 0:
            return 10 / n
        if n == 1:
            return [1, 2, 3][n * 5]
        return int("x" * n)
    except (ZeroDivisionError, IndexError) as e:
        return f"{type(e).__name__}: {e}"
    except ValueError as e:
        return "ValueError: " + e.args[0]
    finally:
        print(f"tried {n}", end="; ")


for n in range(3):
    print(risky(n))
assert len(errors) == 3, "three lines are wrong"
raise FormatError(f"{len(errors)} lines could not be read")
