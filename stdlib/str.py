"""Methods of strings that are written in the language, more of `builtins`: `str_count(s, part)` is `s.count(part)`."""


def str_space(c):
    """Is the character white space?"""
    if "\t" <= c <= "\r" or "\x1c" <= c <= " ":
        return True
    if c < "\x85":
        return False
    if c == "\x85" or c == "\xa0" or c == "\u1680" or "\u2000" <= c <= "\u200a":
        return True
    return c == "\u2028" or c == "\u2029" or c == "\u202f" or c == "\u205f" or c == "\u3000"


def str_lstrip(s, chars=None):
    """The text without white space, or these characters, at its start."""
    i = 0
    if chars is None:
        while i < len(s) and str_space(s[i]):
            i += 1
    else:
        while i < len(s) and s[i] in chars:
            i += 1
    return s[i:]


def str_rstrip(s, chars=None):
    """The text without white space, or these characters, at its end."""
    i = len(s)
    if chars is None:
        while i > 0 and str_space(s[i - 1]):
            i -= 1
    else:
        while i > 0 and s[i - 1] in chars:
            i -= 1
    return s[:i]


def str_strip(s, chars=None):
    """The text without white space, or these characters, around it."""
    return str_lstrip(str_rstrip(s, chars), chars)


def str_startswith(s, part, start=0, stop=None):
    """Does the text begin with `part`, or with one of several?"""
    if isinstance(part, tuple):
        for p in part:
            if str_startswith_one(s, p, start, stop):
                return True
        return False
    return str_startswith_one(s, part, start, stop)


def str_startswith_one(s, part, start, stop):
    """Does the slice begin with `part`?"""
    if start == 0 and stop is None:
        return s[: len(part)] == part
    if (start if start >= 0 else start + len(s)) > len(s):
        return False
    return s[start:stop][: len(part)] == part


def str_endswith(s, part, start=0, stop=None):
    """Does the text end with `part`, or with one of several?"""
    if isinstance(part, tuple):
        for p in part:
            if str_endswith_one(s, p, start, stop):
                return True
        return False
    return str_endswith_one(s, part, start, stop)


def str_endswith_one(s, part, start, stop):
    """Does the slice end with `part`?"""
    if (start if start >= 0 else start + len(s)) > len(s):
        return False
    if not (start == 0 and stop is None):
        s = s[start:stop]
    n = len(s) - len(part)
    if n < 0:
        return False
    return s[n:] == part


def str_index(s, part, start=0, stop=None):
    """Where `part` is first found; ValueError if it is not."""
    i = s.find(part) if start == 0 and stop is None else str_find_in(s, part, start, stop)
    if i < 0:
        raise ValueError("substring not found")
    return i


def str_count(s, part, start=0, stop=None):
    """How often `part` is found, without overlaps."""
    if not (start == 0 and stop is None):
        if (start if start >= 0 else start + len(s)) > len(s):
            return 0
        s = s[start:stop]
    if len(part) == 0:
        return len(s) + 1
    n = 0
    i = s.find(part)
    while i >= 0:
        n += 1
        s = s[i + len(part) :]
        i = s.find(part)
    return n


def str_split_at(s, sep):
    """The parts between separators."""
    if len(sep) == 0:
        raise ValueError("empty separator")
    out = []
    i = s.find(sep)
    while i >= 0:
        out.append(s[:i])
        s = s[i + len(sep) :]
        i = s.find(sep)
    out.append(s)
    return out


def str_split_space(s):
    """The words between runs of white space."""
    out = []
    word = ""
    for c in s:
        if str_space(c):
            if word != "":
                out.append(word)
                word = ""
        else:
            word = word + c
    if word != "":
        out.append(word)
    return out


def str_split_some(s, sep, maxsplit):
    """The same with a bounded number of splits: the rest stays whole."""
    out = []
    if sep is None:
        rest = str_lstrip(s)
        while maxsplit > 0 and rest != "":
            i = 0
            while i < len(rest) and not str_space(rest[i]):
                i += 1
            if i == len(rest):
                break
            out.append(rest[:i])
            rest = str_lstrip(rest[i:])
            maxsplit -= 1
        if rest != "":
            out.append(rest)
    else:
        if len(sep) == 0:
            raise ValueError("empty separator")
        rest = s
        while maxsplit > 0:
            i = rest.find(sep)
            if i < 0:
                break
            out.append(rest[:i])
            rest = rest[i + len(sep) :]
            maxsplit -= 1
        out.append(rest)
    return out


def str_split(s, sep=None, maxsplit=-1):
    """The parts between separators, or the words between runs of white space."""
    if maxsplit >= 0:
        return str_split_some(s, sep, maxsplit)
    if sep is None:
        return str_split_space(s)
    return str_split_at(s, sep)


def str_splitlines(s, keepends=False):
    """The lines, without their ends."""
    if keepends:
        return str_lines(s)
    s = s.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n").replace("\x1c", "\n")
    s = s.replace("\x1d", "\n").replace("\x1e", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    out = s.split("\n")
    if out[-1] == "":
        out.pop()
    return out


def str_lines(s):
    """The lines with their ends."""
    out = []
    line = ""
    for i in range(len(s)):
        c = s[i]
        line += c
        if c in "\n\v\f\x1c\x1d\x1e\x85\u2028\u2029" or (c == "\r" and s[i + 1 : i + 2] != "\n"):
            out.append(line)
            line = ""
    if line != "":
        out.append(line)
    return out


def str_zfill(s, width):
    """Zeros after the sign up to a width: '007' for '7' and 3."""
    n = width - len(s)
    if n <= 0:
        return s
    if s[:1] == "-" or s[:1] == "+":
        return s[:1] + "0" * n + s[1:]
    return "0" * n + s


def str_rjust(s, width, fill=" "):
    """The text at the end of a field."""
    return fill * (width - len(s)) + s


def str_ljust(s, width, fill=" "):
    """The text at the start of a field."""
    return s + fill * (width - len(s))


def str_center(s, width, fill=" "):
    """The text in the middle of a field."""
    n = width - len(s)
    if n <= 0:
        return s
    left = n // 2 + (n & width & 1)
    return fill * left + s + fill * (n - left)


def ascii_only(c):
    """The tables of other letters are not here."""
    if c >= "\x80":
        raise NotImplementedError("the kind of a character that is not ASCII")


def str_isdigit(s):
    """Are all characters ASCII digits, and is there one?"""
    for c in s:
        ascii_only(c)
        if c < "0" or c > "9":
            return False
    return len(s) > 0


def str_isalpha(s):
    """Are all characters ASCII letters, and is there one?"""
    for c in s:
        ascii_only(c)
        if not ("a" <= c <= "z" or "A" <= c <= "Z"):
            return False
    return len(s) > 0


def str_isalnum(s):
    """Are all characters ASCII letters or digits, and is there one?"""
    for c in s:
        ascii_only(c)
        if not ("a" <= c <= "z" or "A" <= c <= "Z" or "0" <= c <= "9"):
            return False
    return len(s) > 0


def texts_after(text, xs, sep):
    """What `print` writes of a text, and then of the items: with nothing before the first, if there is no text."""
    if text is None:
        out = ""
        first = True
        for x in xs:
            out += str(x) if first else sep + str(x)
            first = False
        return out
    for x in xs:
        text += sep + str(x)
    return text


def gap_after(xs, sep):
    """What `print` writes behind the items, if more follows."""
    return sep if len(xs) > 0 else ""


def title_letter(c):
    """A letter as it begins a word."""
    u = c.upper()
    if c < "\x80" or (len(u) == 1 and not "\u01c4" <= c <= "\u01f3" and not "\u10d0" <= c <= "\u10ff"):
        return u
    if c == "\xdf":
        return "Ss"
    raise NotImplementedError("this letter at the begin of a word")


def str_capitalize(s):
    """The first letter large, the others small."""
    if len(s) == 0:
        return s
    return title_letter(s[0]) + s[1:].lower()


def is_cased(c):
    """Has the character a large and a small form?"""
    if c < "\x80":
        return "a" <= c <= "z" or "A" <= c <= "Z"
    if c == "\xaa" or c == "\xba" or "\u02b0" <= c <= "\u02ff":
        raise NotImplementedError("the case of this character")
    return c.upper() != c or c.lower() != c


def str_title(s):
    """Words with a large first letter, all other letters small."""
    out = ""
    inside = False
    for c in s:
        if is_cased(c):
            out += c.lower() if inside else title_letter(c)
            inside = True
        else:
            out += c
            inside = False
    return out


def str_swapcase(s):
    """Large letters small, and small ones large."""
    out = ""
    for c in s:
        if c == "\u03a3":
            raise NotImplementedError("swapcase of a sigma")
        u = c.upper()
        out += c.lower() if u == c else u
    return out


def str_casefold(s):
    """The text for comparisons that ignore case."""
    for c in s:
        ascii_only(c)
    return s.lower()


def str_isupper(s):
    """Are all letters large, and is there one?"""
    found = False
    for c in s:
        if is_cased(c):
            if c.upper() != c:
                return False
            found = True
    return found


def str_islower(s):
    """Are all letters small, and is there one?"""
    found = False
    for c in s:
        if is_cased(c):
            if c.lower() != c:
                return False
            found = True
    return found


def str_istitle(s):
    """Do large letters begin all words, and small ones go on with them?"""
    found = False
    inside = False
    for c in s:
        if is_cased(c):
            if inside == (c.lower() != c):
                return False
            inside = True
            found = True
        else:
            inside = False
    return found


def str_isspace(s):
    """Is all of it white space, and is there any?"""
    for c in s:
        if not str_space(c):
            return False
    return len(s) > 0


def str_isascii(s):
    """Are all characters ASCII?"""
    for c in s:
        if c >= "\x80":
            return False
    return True


def str_isdecimal(s):
    """Are all characters decimal digits?"""
    return str_isdigit(s)


def str_isnumeric(s):
    """Are all characters of numbers?"""
    return str_isdigit(s)


def str_isprintable(s):
    """Can all characters be printed?"""
    for c in s:
        ascii_only(c)
        if c < " " or c == "\x7f":
            return False
    return True


def str_isidentifier(s):
    """Could it be a name?"""
    for c in s:
        ascii_only(c)
        if not ("a" <= c <= "z" or "A" <= c <= "Z" or "0" <= c <= "9" or c == "_"):
            return False
    return len(s) > 0 and not "0" <= s[0] <= "9"


def str_removeprefix(s, prefix):
    """The text without this at its start."""
    return s[len(prefix) :] if str_startswith(s, prefix) else s


def str_removesuffix(s, suffix):
    """The text without this at its end."""
    return s[: len(s) - len(suffix)] if len(suffix) > 0 and str_endswith(s, suffix) else s


def str_rfind(s, part, start=0, stop=None):
    """Where `part` is last found, or -1."""
    n = len(s)
    if start < 0:
        start = max(start + n, 0)
    if stop is None:
        stop = n
    elif stop < 0:
        stop += n
    k = len(part)
    for i in range(min(stop, n) - k, start - 1, -1):
        if s[i : i + k] == part:
            return i
    return -1


def str_rindex(s, part, start=0, stop=None):
    """Where `part` is last found; ValueError if it is not."""
    i = str_rfind(s, part, start, stop)
    if i < 0:
        raise ValueError("substring not found")
    return i


def str_find_in(s, part, start, stop=None):
    """`s.find(part, start, stop)`"""
    n = len(s)
    if start < 0:
        start = max(start + n, 0)
    if stop is None:
        stop = n
    elif stop < 0:
        stop = max(stop + n, 0)
    if start > n:
        return -1
    i = s[start:stop].find(part)
    return i if i < 0 else i + start


def str_partition(s, sep):
    """What stands before the first separator, the separator, and what stands behind it."""
    if len(sep) == 0:
        raise ValueError("empty separator")
    i = s.find(sep)
    if i < 0:
        return s, "", ""
    return s[:i], sep, s[i + len(sep) :]


def str_rpartition(s, sep):
    """What stands before the last separator, the separator, and what stands behind it."""
    if len(sep) == 0:
        raise ValueError("empty separator")
    i = str_rfind(s, sep)
    if i < 0:
        return "", "", s
    return s[:i], sep, s[i + len(sep) :]


def str_expandtabs(s, tabsize=8):
    """Spaces up to the next column that is a multiple of `tabsize`, for each tab."""
    out = ""
    column = 0
    for c in s:
        if c == "\t":
            if tabsize > 0:
                n = tabsize - column % tabsize
                out += " " * n
                column += n
        else:
            out += c
            column = 0 if c == "\n" or c == "\r" else column + 1
    return out


def str_rsplit(s, sep=None, maxsplit=-1):
    """The parts between separators; of a bounded number of splits, those at the end."""
    if maxsplit < 0:
        return str_split(s, sep)
    out = []
    if sep is None:
        rest = str_rstrip(s)
        while maxsplit > 0 and rest != "":
            i = len(rest)
            while i > 0 and not str_space(rest[i - 1]):
                i -= 1
            if i == 0:
                break
            out.append(rest[i:])
            rest = str_rstrip(rest[:i])
            maxsplit -= 1
        if rest != "":
            out.append(rest)
    else:
        if len(sep) == 0:
            raise ValueError("empty separator")
        rest = s
        while maxsplit > 0:
            i = str_rfind(rest, sep)
            if i < 0:
                break
            out.append(rest[i + len(sep) :])
            rest = rest[:i]
            maxsplit -= 1
        out.append(rest)
    return out[::-1]


def str_replace_some(s, old, new, count):
    """`s.replace(old, new, count)`"""
    if count < 0:
        return s.replace(old, new)
    out = ""
    if len(old) == 0:
        for c in s:
            if count > 0:
                out += new
                count -= 1
            out += c
        return out + new if count > 0 else out
    while count > 0:
        i = s.find(old)
        if i < 0:
            break
        out += s[:i] + new
        s = s[i + len(old) :]
        count -= 1
    return out + s


def str_maketrans(x, y=None, z=None):
    """The dict that `translate` takes: code points and what they become."""
    table = {}
    if y is None:
        if not isinstance(x, dict):
            raise TypeError("if you give only one argument to maketrans it must be a dict")
        for key, value in x.items():
            if isinstance(key, str):
                if len(key) != 1:
                    raise ValueError("string keys in translate table must be of length 1")
                table[ord(key)] = value
            else:
                table[key] = value
        return table
    if len(x) != len(y):
        raise ValueError("the first two maketrans arguments must have equal length")
    for a, b in zip(x, y):
        table[ord(a)] = ord(b)
    if z is not None:
        for c in z:
            table[ord(c)] = None
    return table


def str_translate(s, table):
    """Each character as the dict has it: another code point, a text, or None for nothing."""
    out = ""
    for c in s:
        if ord(c) in table:
            new = table[ord(c)]
            if new is None:
                continue
            if isinstance(new, str):
                out += new
            else:
                out += chr(new)
        else:
            out += c
    return out
