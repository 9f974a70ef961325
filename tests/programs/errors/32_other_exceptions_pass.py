# A handler of a class lets other exceptions pass.
class E1(Exception):
    pass
def f():
    try:
        x = int("abc")
    except E1:
        print("no")
    return 1
f()
