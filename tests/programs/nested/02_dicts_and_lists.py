"""A reader of s-expressions and JSON-like values: dicts and lists in each other."""


def parse(tokens):
    t = tokens.pop(0)
    if t == "(":
        out = []
        while tokens[0] != ")":
            out.append(parse(tokens))
        tokens.pop(0)
        return out
    if t == "{":
        d = {}
        while tokens[0] != "}":
            k = tokens.pop(0)
            d[k] = parse(tokens)
        tokens.pop(0)
        return d
    try:
        return int(t)
    except ValueError:
        return t


def tokens(s):
    for c in "(){}":
        s = s.replace(c, f" {c} ")
    return s.split()


v = parse(tokens("(add 1 (mul 2 x) {k (1 2) j {}} ())"))
print(v)
print(v[1], v[2][0], v[3]["k"], v[3]["j"])
print(parse(tokens("((1))")) == [[1]], parse(tokens("{a 1}")) == {"a": 1}, v[2] == ["mul", 2, "x"])
w = parse(tokens("(add 1 (mul 2 x) {k (1 2) j {}} ())"))
print(v == w)
w[3]["k"].append(3)
print(v == w, w)


def count(v):
    if isinstance(v, list):
        return sum(count(x) for x in v)
    if isinstance(v, dict):
        return sum(count(x) for x in v.values())
    return 1


print(count(v), count(w))
try:
    v[1][0]
except TypeError as e:
    print(e)
try:
    v["k"]
except TypeError as e:
    print(e)
