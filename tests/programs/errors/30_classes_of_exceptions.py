# Classes of exceptions: handlers by class, what derives from them, uncaught.
class AppError(Exception):
    """Root."""
class NotFound(AppError):
    pass
class Bad(ValueError):
    code = 7
def f(k):
    if k == 0:
        raise NotFound("no " + str(k))
    if k == 1:
        raise Bad(1, "two")
    if k == 2:
        raise AppError
    if k == 3:
        return 1 // 0
    return k
for k in range(5):
    try:
        print(f(k))
    except NotFound as e:
        print("not found:", e, type(e).__name__, isinstance(e, AppError), isinstance(e, Bad), repr(e))
    except ValueError as e:
        print("value:", e, type(e).__name__, repr(e))
    except AppError as e:
        print("app:", e, type(e).__name__)
    except (ZeroDivisionError, KeyError) as e:
        print("other", e)
try:
    f(1)
except Bad as e:
    print(e.code, e.args[1] if False else "", type(e) is Bad, type(e) == ValueError)
try:
    try:
        f(0)
    except Bad:
        print("never")
    finally:
        print("finally")
except AppError as e:
    print("outer", e)
def g():
    try:
        f(0)
    except AppError as e:
        raise Bad("from") from e
try:
    g()
except Bad as e:
    print(e)
print(issubclass(NotFound, AppError), issubclass(Bad, ValueError), AppError.__doc__, NotFound.__name__)
def deep(n):
    if n == 0:
        raise NotFound(f"depth {n}")
    return deep(n - 1) + 1
try:
    deep(3)
except AppError as e:
    print(e)
raise NotFound("end")
