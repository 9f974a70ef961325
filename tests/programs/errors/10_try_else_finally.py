# try / except / else / finally: the order of everything, and return through finally.
def f(k):
    print("start", k)
    try:
        print("body")
        if k == 1:
            raise ValueError("one")
        if k == 2:
            return "from body"
    except ValueError as e:
        print("handler", e)
        return "from handler"
    else:
        print("else")
    finally:
        print("finally")
    return "end"
for k in range(3):
    print(f(k))
def loop():
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            print("i", i)
        finally:
            print("done", i)
    return i
print(loop())
