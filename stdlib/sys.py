"""The part of Python's sys that programs without a command line need."""


def exit(status=None):
    """Ends the program: with an int as its status, or with a text on standard error and status 1."""
    raise SystemExit(status)


def displayhook(value):
    """What a prompt shows of an expression's value: its `repr`, and nothing of None."""
    if value is not None:
        print(repr(value))
