"""JSON written back out."""


def dump(v):
    if v is None:
        return "null"
    if v is True:
        return "true"
    if v is False:
        return "false"
    if isinstance(v, str):
        return '"' + v + '"'
    if isinstance(v, (int, float)):
        return str(v)
    if isinstance(v, list):
        return "[" + ", ".join(dump(x) for x in v) + "]"
    if isinstance(v, dict):
        return "{" + ", ".join(f'"{k}": {dump(x)}' for k, x in v.items()) + "}"
    raise TypeError(f"cannot dump {type(v).__name__}")


data = {"name": "x", "sizes": [1, 2.5, None, [True, False]], "inner": {"k": [], "deep": {"a": [{"b": 1}]}}}
print(dump(data))
print(data)
print(data["inner"]["deep"]["a"][0]["b"])
data["sizes"].append({"more": [1]})
data["inner"]["deep"]["a"].append("end")
print(dump(data))
print(data == data, data["sizes"] == [1, 2.5, None, [True, False], {"more": [1]}])
