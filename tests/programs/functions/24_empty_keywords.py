# Keyword arguments as a dict, which may have none.
def shown(*args, sep="-", **options):
    return sep.join(str(a) for a in args) + str(sorted(options.items()))


print(shown(1, 2, sep="+", z=1, a=2), shown())


def counted(**options):
    return len(options), list(options), list(options.values())


print(counted(), counted(x=1, y="b"))
