# limit: an int beyond 64 bits ends the program. CPython goes on with the int, so nothing may go on as if it had raised.
def product(n):
    out = 1
    for k in range(2, n):
        out *= k
    return out


def careful(n):
    try:
        return product(n)
    except Exception as e:
        print("caught", e)
    finally:
        print("then", n)
    return 0


def swallowing(n):
    while True:
        try:
            return product(n) % 10
        except:
            print("anything")
        finally:
            break
    return -1


print(careful(15))
print(swallowing(20))
try:
    print(swallowing(30))
except BaseException as e:
    print("here", e)
print("not reached")
