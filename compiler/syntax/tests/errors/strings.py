x = "abc
z = "\x4"
w = "\u12"
v = "\U00110000"
u = "\ud800"
t = b"é"
s = b"a" "b"
r = "\N{GREEK SMALL LETTER ALPHA}"
q = "it's" it's"
p = “curved”
o = a − b
m = 'continued\
but not closed
n = """never
closed
