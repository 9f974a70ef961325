# Nested handlers, re-raise, raise in a handler, raise from.
def inner(k):
    try:
        if k == 0:
            raise ValueError("v")
        if k == 1:
            raise IndexError("i")
        return [1, 2][k]
    except ValueError:
        print("inner handler")
        raise
def outer(k):
    try:
        return inner(k)
    except ValueError as e:
        print("outer value", e)
        return -1
    except IndexError as e:
        print("outer index", e)
        try:
            raise RuntimeError("second") from e
        except RuntimeError as r:
            print("inside", r)
    return -2
for k in range(4):
    print(outer(k))
