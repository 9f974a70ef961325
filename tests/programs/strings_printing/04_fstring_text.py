# f-strings: strings, expressions, conversions, nesting, escapes.
name = "Ada"
items = [1, 2.5, "x"]
print(f"{name} {name!r} {name:>6}| {name:<6}| {name:^7}| {name:.2}| {name:*^9}")
print(f"{items} {items[0]} {len(items)} {items[1] * 2} {(1, 2)} {[i for i in range(3)]}")
print(f"{{literal}} {name}{name} {'inner'} {name.upper()} {3 > 2} {3 if items else 4}")
print(f"{1 + 1 = } {name=} {len(name)=}")
print(f"a" "b" f"{1}" "c")
print(f"""two
lines {name}""")
print(f"{f'{1 + 2}':>4}|")
