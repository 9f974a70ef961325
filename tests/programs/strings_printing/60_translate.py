"""str.maketrans and str.translate."""
vowels = str.maketrans("aeiou", "AEIOU")
print(vowels, "translate me".translate(vowels))
print("a-b_c d".translate(str.maketrans("-_", "  ", "abc")), repr("a,b.c!".translate(str.maketrans("", "", ",.!"))))
names = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "x": None, "y": 122})
print("x < y & y > x".translate(names))
print("tab".translate({116: "T", 97: None, 98: ord("d")}), "same".translate({}))
table = {}
for a, b in zip("abcdefghijklm", "nopqrstuvwxyz"):
    table[ord(a)] = b
    table[ord(b)] = a
print("uryyb jbeyq".translate(table))
for wrong in (lambda: str.maketrans("ab", "c"), lambda: str.maketrans({"ab": "c"}), lambda: str.maketrans("ab")):
    try:
        print(wrong())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
