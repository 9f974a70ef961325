"""Functions of the itertools module: generators, written in the language."""


def count(start=0, step=1):
    """start, start + step, .. without end."""
    n = start
    while True:
        yield n
        n += step


def cycle(iterable):
    """The items again and again."""
    items = []
    for x in iterable:
        yield x
        items.append(x)
    while len(items) > 0:
        for x in items:
            yield x


def repeat(object, times=None):
    """The same object again and again, or so many times."""
    if times is None:
        while True:
            yield object
    for _ in range(times):
        yield object


def chain(*iterables):
    """The items of all of them, one after the other."""
    for it in iterables:
        for x in it:
            yield x


def chain_from_iterable(iterables):
    """`chain.from_iterable`: the items of all of them, one after the other."""
    for it in iterables:
        for x in it:
            yield x


def islice(iterable, *bounds):
    """The items that a slice with these bounds would take."""
    start = 0
    step = 1
    stop = bounds[0]
    if len(bounds) > 1:
        start = 0 if bounds[0] is None else bounds[0]
        stop = bounds[1]
    if len(bounds) > 2:
        step = 1 if bounds[2] is None else bounds[2]
    if start < 0 or step < 1 or (stop is not None and stop < 0):
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    if stop is not None and stop <= start:
        return
    n = 0
    wanted = start
    for x in iterable:
        if n == wanted:
            yield x
            wanted += step
            if stop is not None and wanted >= stop:
                return
        n += 1


def accumulate(iterable, func=None, *, initial=None):
    """The sums (or what `func` makes) of the first item, the first two, .."""
    started = False
    if initial is not None:
        total = initial
        started = True
        yield total
    for x in iterable:
        if started:
            total = total + x if func is None else func(total, x)
        else:
            total = x
            started = True
        yield total


def takewhile(predicate, iterable):
    """The items before the first that is not as it should be."""
    for x in iterable:
        if not predicate(x):
            return
        yield x


def dropwhile(predicate, iterable):
    """The items from the first on that is not as `predicate` says."""
    dropping = True
    for x in iterable:
        if dropping and predicate(x):
            continue
        dropping = False
        yield x


def filterfalse(predicate, iterable):
    """The items of which `predicate` is false; of which they are themselves, if it is None."""
    for x in iterable:
        if predicate is None:
            if not x:
                yield x
        elif not predicate(x):
            yield x


def starmap(function, iterable):
    """`function(*x)` for each item."""
    for x in iterable:
        yield function(*x)


def compress(data, selectors):
    """The items whose selectors are true."""
    for x, s in zip(data, selectors):
        if s:
            yield x


def pairwise(iterable):
    """Each item with the next."""
    started = False
    for x in iterable:
        if started:
            yield last, x
        last = x
        started = True


def groupby(iterable, key=None):
    """Runs of items with equal keys: each key with an iterator over its run."""
    started = False
    for x in iterable:
        k = x if key is None else key(x)
        if started and k == current:
            group.append(x)
        else:
            if started:
                yield current, iter(group)
            group = [x]
            current = k
            started = True
    if started:
        yield current, iter(group)


def zip_longest(*iterables, fillvalue=None):
    """The items of all of them in parallel; what is missing is the fill value."""
    pools = tuple(map(list, iterables))
    n = 0
    for p in pools:
        n = max(n, len(p))
    for k in range(n):
        yield tuple(map(lambda p: p[k] if k < len(p) else fillvalue, pools))


def product(*iterables, repeat=1):
    """All tuples of an item of each: the last changes quickest."""
    pools = tuple(map(list, iterables)) * repeat
    n = len(pools)
    ix = [0] * n
    more = True
    for p in pools:
        if len(p) == 0:
            more = False
    lengths = [len(p) for p in pools]
    while more:
        yield tuple(map(lambda j: pools[j][ix[j]], range(n)))
        j = n - 1
        while j >= 0 and ix[j] == lengths[j] - 1:
            ix[j] = 0
            j -= 1
        if j < 0:
            more = False
        else:
            ix[j] += 1


def combinations(iterable, r):
    """The ways to choose r items, in order."""
    items = list(iterable)
    for ix in combination_indices(len(items), r):
        yield tuple(map(lambda j: items[ix[j]], range(r)))


def combinations_with_replacement(iterable, r):
    """The ways to choose r items that may come again, in order."""
    items = list(iterable)
    for ix in multiset_indices(len(items), r):
        yield tuple(map(lambda j: items[ix[j]], range(r)))


def permutations(iterable, r=None):
    """The orders of r items. Without `r`, the length of what is given must be known while compiling."""
    items = tuple(iterable) if r is None else list(iterable)
    k = len(items) if r is None else r
    for ix in permutation_indices(len(items), k):
        yield tuple(map(lambda j: items[ix[j]], range(k)))


def combination_indices(n, k):
    """The ways to choose k of n numbers, in order, as lists."""
    ix = list(range(k))
    more = k <= n
    while more:
        yield ix[:]
        j = k - 1
        while j >= 0 and ix[j] == j + n - k:
            j -= 1
        if j < 0:
            more = False
        else:
            ix[j] += 1
            for i in range(j + 1, k):
                ix[i] = ix[i - 1] + 1


def multiset_indices(n, k):
    """The ways to choose k of n numbers that may come again, as lists."""
    ix = [0] * k
    more = n > 0 or k == 0
    while more:
        yield ix[:]
        j = k - 1
        while j >= 0 and ix[j] == n - 1:
            j -= 1
        if j < 0:
            more = False
        else:
            m = ix[j] + 1
            for i in range(j, k):
                ix[i] = m


def permutation_indices(n, k):
    """The orders of k of n numbers, as lists."""
    ix = list(range(n))
    cycles = [n - i for i in range(k)]
    more = k <= n
    while more:
        yield ix[:k]
        j = k - 1
        moved = False
        while j >= 0 and not moved:
            cycles[j] -= 1
            if cycles[j] == 0:
                first = ix[j]
                for i in range(j, n - 1):
                    ix[i] = ix[i + 1]
                ix[n - 1] = first
                cycles[j] = n - j
                j -= 1
            else:
                i = n - cycles[j]
                t = ix[j]
                ix[j] = ix[i]
                ix[i] = t
                moved = True
        more = moved
