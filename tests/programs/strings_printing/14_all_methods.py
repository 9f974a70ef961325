# The methods of strings with all their arguments.
s = "  Hello, World  "
print(s.strip(), s.lstrip(), s.rstrip(), s.upper(), s.lower(), s.strip().title(), s.swapcase(), s.capitalize(), "hELLO wORLD".capitalize())
print("a,b,c".split(",", 1), "a b c d".split(None, 2), "a,b,c".rsplit(",", 1), " a b  c ".rsplit(None, 1), "a\nb\r\nc".splitlines(), "a\nb\r\nc\n".splitlines(True))
print("abc".startswith(("x", "a")), "abc".endswith(("x", "c")), "abc".startswith("b", 1), "abc".endswith("b", 0, 2), "abc".find("c"), "abcabc".rfind("b"), "abc".rfind("z"), "abcabc".find("a", 1), "abcabc".find("b", 2, 4), "abcabc".rindex("a"), "abcabc".index("b", 2), "aXbXc".count("X", 2))
print("aaa".replace("a", "b", 2), "abc".replace("", "-", 2), "7".zfill(3), "ABC".isupper(), "abc".islower(), "Ab".isupper(), "12".isnumeric(), "12".isdecimal(), "ab_1".isidentifier(), "1a".isidentifier(), "Abc Def".istitle(), "ABc".istitle(), " \t".isspace(), "".isspace(), "abc".isascii(), "a b".isprintable())
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("x"), "abc".removeprefix("a"), "abc".removesuffix("c"), "xxabcxx".strip("x"), "xyabcyx".lstrip("xy"), "abc...".rstrip("."), "a\tbc\td".expandtabs(4))
print(int("ff", 16), int("0b11", 0), int("101", 2), int("-zz", 36), int("1_000", 10), int("0x1F", 16))
for bad in ("12", "9"):
    try:
        print(int(bad, 3))
    except ValueError as e:
        print(e)
print("Straße".casefold() if False else "", "naïve café".title(), "ÉCOLE".capitalize(), "çA".swapcase())
print(str.upper("abc"), list(map(str.strip, [" a ", "b "])), sorted(["b", "A", "c"], key=str.lower))
try:
    "abc".index("z")
except ValueError as e:
    print(e)
def first_comma(s):
    for i in range(len(s)):
        if s[i] == ",":
            return i
    return -1
def shorten(s, n):
    while n > 0:
        i = first_comma(s)
        if i < 0:
            break
        s = s[i + 1:]
        n -= 1
    return s
print(shorten("a,b,c", 1), shorten("abc", 2))
