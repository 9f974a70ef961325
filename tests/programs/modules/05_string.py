# The constants of string.
import string
from string import ascii_lowercase as low
print(string.ascii_lowercase, string.digits, string.punctuation, string.ascii_letters, string.hexdigits, repr(string.whitespace), string.octdigits, string.capwords("ab cd"), low[3], repr(string.printable))
