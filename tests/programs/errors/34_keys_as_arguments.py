# `e.args` of a KeyError is its key, of which str(e) is the repr.
d = {5: 1}
try:
    d[int("6")]
except Exception as e:
    print(e.args, e.args[0] + 1, len(e.args))
names = {"a": 1}
for key in ["it's", 'say "no"', "tab\t\\ \n", "naïve \x00 \u200b", "both ' and \""]:
    try:
        print(names[key])
    except Exception as e:
        print(e.args, e.args[0] == key, len(e.args), str(e))
for k in range(4):
    try:
        if k == 0:
            raise KeyError("word")
        if k == 1:
            raise ValueError("value")
        if k == 2:
            print([1, 2][k])
        print(d[k])
    except (KeyError, IndexError) as e:
        print(type(e).__name__, e.args, e)
    except Exception as e:
        print(e.args, e)
try:
    raise KeyError(str(3) + "'")
except KeyError as e:
    print(e.args[0], e)
