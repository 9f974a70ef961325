# assert with and without a message, caught and uncaught.
def check(x):
    assert x > 0, f"x must be positive, not {x}"
    assert x < 100
    return x
for v in (5, -1, 500):
    try:
        print(check(v))
    except AssertionError as e:
        print("AssertionError", [str(e)])
assert True
check(0)
