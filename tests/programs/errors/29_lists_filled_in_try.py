# What a list was given in a `try` that fails stays in it: texts, arrays, inner lists, replaced and inserted elements.
import numpy as np
def texts(n):
    xs = ["start"]
    try:
        for i in range(n):
            xs.append("item" + str(i))
            xs[0] = "head" + str(i)
            xs.insert(1, f"<{i}>")
            if i == 3:
                raise ValueError("stop" + str(i))
    except ValueError as e:
        print(e)
    noise = ["other" + str(i * i) for i in range(50)]
    print(xs, len(noise))
    return xs
print(texts(10)[2])
def arrays(n):
    xs = []
    last = np.zeros(2)
    try:
        for i in range(n):
            xs.append(np.full(3, float(i)))
            last = xs[i] * 2
            if i > 4:
                xs[1][n] = 1.0
    except IndexError as e:
        print(e)
    noise = [np.full(3, -1.0) for i in range(50)]
    print(xs, last, len(noise))
arrays(8)
def nested(n):
    rows = [["a"]]
    name = "none"
    try:
        for i in range(n):
            row = [str(i), "x" * i]
            rows.append(row)
            rows[i].append("late" + str(i))
            name = rows[i][0] + "!"
            if i == 4:
                raise KeyError(name)
    except KeyError as e:
        print(e)
    noise = [["q" + str(i)] for i in range(50)]
    print(rows, name, len(noise))
nested(9)
def twice(n):
    xs = []
    for k in range(n):
        try:
            xs.append("k" + str(k))
            try:
                xs.append("inner" + str(k))
                if k % 2:
                    raise ValueError(str(k))
            finally:
                xs.append("f" + str(k))
        except ValueError as e:
            xs.append("caught " + str(e))
    noise = ["zz" + str(i) for i in range(50)]
    print(xs, len(noise))
twice(4)
