"""A small JSON reader: tokens, nested values, and a printer that sorts keys."""


class JsonError(ValueError):
    def __init__(self, message, position):
        super().__init__(f"{message} (char {position})")
        self.position = position


ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def skip_space(s, i):
    while i < len(s) and s[i] in " \t\n":
        i += 1
    return i


def parse_value(s, i):
    i = skip_space(s, i)
    if i >= len(s):
        raise JsonError("unexpected end", i)
    c = s[i]
    if c == "{":
        return parse_object(s, i + 1)
    if c == "[":
        return parse_array(s, i + 1)
    if c == '"':
        return parse_string(s, i + 1)
    for word, value in (("true", True), ("false", False), ("null", None)):
        if s.startswith(word, i):
            return value, i + len(word)
    return parse_number(s, i)


def parse_number(s, i):
    start = i
    if i < len(s) and s[i] == "-":
        i += 1
    while i < len(s) and (s[i].isdigit() or s[i] in ".eE+-"):
        i += 1
    text = s[start:i]
    try:
        return (float(text) if "." in text or "e" in text else int(text)), i
    except ValueError:
        raise JsonError(f"bad number {text!r}", start)


def parse_string(s, i):
    out = []
    while i < len(s):
        c = s[i]
        if c == '"':
            return "".join(out), i + 1
        if c == "\\":
            out.append(ESCAPES[s[i + 1]])
            i += 2
        else:
            out.append(c)
            i += 1
    raise JsonError("unterminated string", i)


def parse_array(s, i):
    items = []
    i = skip_space(s, i)
    if s[i] == "]":
        return items, i + 1
    while True:
        value, i = parse_value(s, i)
        items.append(value)
        i = skip_space(s, i)
        if s[i] == "]":
            return items, i + 1
        if s[i] != ",":
            raise JsonError("expected ','", i)
        i += 1


def parse_object(s, i):
    result = {}
    i = skip_space(s, i)
    if s[i] == "}":
        return result, i + 1
    while True:
        i = skip_space(s, i)
        key, i = parse_string(s, i + 1)
        i = skip_space(s, i)
        if s[i] != ":":
            raise JsonError("expected ':'", i)
        value, i = parse_value(s, i + 1)
        result[key] = value
        i = skip_space(s, i)
        if s[i] == "}":
            return result, i + 1
        if s[i] != ",":
            raise JsonError("expected ',' or '}'", i)
        i += 1


def show(value, indent=0):
    pad = "  " * indent
    if isinstance(value, dict):
        for key in sorted(value):
            inner = value[key]
            if isinstance(inner, (dict, list)):
                print(f"{pad}{key}:")
                show(inner, indent + 1)
            else:
                print(f"{pad}{key}: {inner!r}")
    elif isinstance(value, list):
        for item in value:
            show(item, indent + 1)
    else:
        print(pad + repr(value))


text = '{"name": "quipu", "tags": ["knots", "cords", 3], "size": {"w": 1.5, "h": -2e2}, "ok": true, "none": null, "q": "a\\"b"}'
value, end = parse_value(text, 0)
show(value)
print(end == len(text), len(value), value["size"]["h"])
for bad in ['[1, 2', '{"a" 1}', '[1 2]', '"abc', '--5']:
    try:
        print(parse_value(bad, 0))
    except JsonError as e:
        print("error:", e, e.position)
    except IndexError:
        print("error: ran off the end of", bad)
