# String methods and operators.
s = "  Hello, World  "
print(s.strip(), "|", s.lstrip(), "|", s.rstrip(), "|", s.upper(), s.lower(), len(s))
t = s.strip()
print(t[0], t[-1], t[2:5], t[::-1], t[::3], t.replace("l", "L"), t.find("o"), t.find("z"), t.count("l"), t.index("W"))
print(t.startswith("Hell"), t.endswith("d"), "World" in t, t.split(", "), "a b  c".split(), "a,b,,c".split(","), "-".join(["x", "y", "z"]))
print("ab" + "cd", "ab" * 3, "=" * 20, "a" < "b", "abc" == "abc", "b" in "abc", not "")
print("7".zfill(3), "x".rjust(4), "x".ljust(4) + "|", "x".center(5) + "|", "12".isdigit(), "ab".isalpha(), "a1".isalnum())
print(ord("A"), chr(97), [ord(c) for c in "az"], str(12) + str(3.5), int("12") + 1, hex(255), bin(5), oct(8))
for word in "one two three".split():
    print(word, len(word), word[0].upper() + word[1:])
