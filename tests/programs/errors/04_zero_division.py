# Python scalars raise on division by zero; messages by operator and kind.
def t(f):
    try:
        print(f())
    except ZeroDivisionError as e:
        print("ZeroDivisionError:", e)
zero = 0
t(lambda: 1 / zero)
t(lambda: 1 // zero)
t(lambda: 1 % zero)
t(lambda: 1.0 / zero)
t(lambda: 1.0 // zero)
t(lambda: 1.0 % zero)
t(lambda: divmod(1, zero))
t(lambda: zero ** -1)
t(lambda: 0.0 ** -1)
t(lambda: 1j / zero)
t(lambda: 6 / 3)
