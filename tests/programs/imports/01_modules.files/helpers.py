import settings
from settings import scaled as _scaled

LIMIT = 10
table = [1, 2, 3]
count = 0


class HelperError(ValueError):
    pass


class Counter:
    made = "by helpers"

    def __init__(self):
        self.n = 0

    def add(self, k=1):
        self.n += k


def clamp(x, low=0):
    return max(low, min(x, LIMIT))


def total():
    return sum(table) + _scaled(2)


def bump():
    global count
    count += 1
    return count


def fail(what):
    raise HelperError(what + " " + settings.NAME)
