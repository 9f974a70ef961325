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


def cmp_to_key(mycmp):
    """A key for sorting by a function that compares two items: negative, zero or positive."""

    class K:
        def __init__(self, compare, obj):
            self.compare = compare
            self.obj = obj

        def __lt__(self, other):
            return self.compare(self.obj, other.obj) < 0

        def __gt__(self, other):
            return self.compare(self.obj, other.obj) > 0

        def __eq__(self, other):
            return self.compare(self.obj, other.obj) == 0

        def __le__(self, other):
            return self.compare(self.obj, other.obj) <= 0

        def __ge__(self, other):
            return self.compare(self.obj, other.obj) >= 0

    def key(obj):
        return K(mycmp, obj)

    return key


def cache(user_function, /):
    """A function that calls `user_function` once for any arguments, and knows what it returned from then on."""
    return cached_without_limit(user_function, plain_key)


def lru_cache(maxsize=128, typed=False):
    """The same, but of the `maxsize` arguments that were asked for last, if that is not None."""
    if typed:
        key_of = typed_key
    else:
        key_of = plain_key
    if callable(maxsize):
        decorated = cached_with_limit(maxsize, 128, key_of)
    elif maxsize is None:

        def decorated(user_function):
            return cached_without_limit(user_function, key_of)

    else:

        def decorated(user_function):
            return cached_with_limit(user_function, max(maxsize, 0), key_of)

    return decorated


def plain_key(args):
    """What a call is known by: CPython's keys, which tell an int or a str alone from anything else that is equal to it."""
    if len(args) == 1:
        x = args[0]
        if type(x) is int or type(x) is str:
            return x
    return args


def typed_key(args):
    """The same with the types of the arguments."""
    return (args, tuple(type(x).__name__ for x in args))


def cached_without_limit(f, key_of):
    """The function with all that it ever returned."""
    results = {}
    counts = {"hits": 0, "misses": 0}

    @functools.wraps(f)
    def called(*args):
        key = key_of(args)
        if key in results:
            counts["hits"] += 1
            return results[key]
        counts["misses"] += 1
        value = f(*args)
        results[key] = value
        return value

    def cache_info():
        return CacheInfo(counts["hits"], counts["misses"], None, len(results))

    def cache_clear():
        results.clear()
        counts["hits"] = 0
        counts["misses"] = 0

    def cache_parameters():
        return {"maxsize": None, "typed": key_of is typed_key}

    called.cache_info = cache_info
    called.cache_clear = cache_clear
    called.cache_parameters = cache_parameters
    return called


def cached_with_limit(f, limit, key_of):
    """The function with what it returned for the arguments that were asked for last, those at the end of the dict."""
    results = collections.OrderedDict()
    counts = {"hits": 0, "misses": 0}

    @functools.wraps(f)
    def called(*args):
        key = key_of(args)
        if key in results:
            counts["hits"] += 1
            results.move_to_end(key)
            return results[key]
        counts["misses"] += 1
        value = f(*args)
        # The call may have asked for the same arguments.
        if limit > 0 and key not in results:
            if len(results) >= limit:
                results.popitem(last=False)
            results[key] = value
        return value

    def cache_info():
        return CacheInfo(counts["hits"], counts["misses"], limit, len(results))

    def cache_clear():
        results.clear()
        counts["hits"] = 0
        counts["misses"] = 0

    def cache_parameters():
        return {"maxsize": limit, "typed": key_of is typed_key}

    called.cache_info = cache_info
    called.cache_clear = cache_clear
    called.cache_parameters = cache_parameters
    return called


def CacheInfo(hits, misses, maxsize, currsize):
    """What `cache_info` gives."""
    CacheInfo = collections.namedtuple("CacheInfo", "hits misses maxsize currsize")
    return CacheInfo(hits, misses, maxsize, currsize)
