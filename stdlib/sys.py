"""The part of Python's sys that is functions."""


def exit(status=None):
    """Ends the program: with an int as its status, or with a text on standard error and status 1."""
    raise SystemExit(status)


def displayhook(value):
    """What a prompt shows of an expression's value: its `repr`, and nothing of None."""
    if value is not None:
        print(repr(value))


def setrecursionlimit(limit):
    """Calls may be as deep as the stack is, whatever the limit."""
    if limit < 1:
        raise ValueError("recursion limit must be greater or equal than 1")
