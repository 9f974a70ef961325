# raise of the built-in kinds, with and without message; caught by kind, tuple, base.
def f(k):
    if k == 0:
        raise ValueError("bad value")
    if k == 1:
        raise IndexError
    if k == 2:
        raise RuntimeError(f"number {k}")
    if k == 3:
        raise TypeError("type", k)
    if k == 4:
        raise KeyError("key")
    if k == 5:
        raise OverflowError("too big")
    return "fine"
for k in range(7):
    try:
        print(f(k))
    except ValueError as e:
        print("value", e)
    except (IndexError, TypeError) as e:
        print("index or type", e, repr(e))
    except ArithmeticError as e:
        print("arithmetic", e)
    except Exception as e:
        print("other", type(e).__name__, e)
