# A list whose elements are reached by other names once the `try` is over: what the body put in is there.
def extended():
    xs = [["a"], ["b" for k in range(3)]]
    try:
        xs.extend([["c"]])
        raise ValueError("x")
    except ValueError as e:
        print("caught", e)
    xs.insert(99, ["d"])
    xs[0].append("e")
    return xs


print(extended())


def appended(fail):
    xs = [[1], [2 for k in range(2)]]
    try:
        xs.append([3])
        if fail:
            raise ValueError("x")
        xs.append([4])
    except ValueError:
        xs.append([5])
    first = xs[0]
    xs.insert(0, [6])
    first.append(7)
    return xs


print(appended(True), appended(False))
