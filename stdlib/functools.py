"""Functions of the functools module that are written in the language."""


def reduce(function, iterable, initial=...):
    """function(function(a, b), c) .. of the items, from left to right."""
    started = False
    if initial is not ...:
        value = initial
        started = True
    for x in iterable:
        if started:
            value = function(value, x)
        else:
            value = x
            started = True
    if not started:
        raise TypeError("reduce() of empty iterable with no initial value")
    return value


def partial(func, /, *args, **keywords):
    """A function that calls `func` with these arguments first."""

    def called(*more, **others):
        return func(*args, *more, **{**keywords, **others})

    return called
