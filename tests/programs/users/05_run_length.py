"""Run-length encoding in three ways."""
from itertools import groupby


def encode(text):
    if not text:
        return ""
    out = []
    previous, count = text[0], 1
    for ch in text[1:]:
        if ch == previous:
            count += 1
        else:
            out.append(f"{count if count > 1 else ''}{previous}")
            previous, count = ch, 1
    out.append(f"{count if count > 1 else ''}{previous}")
    return "".join(out)


def encode_groups(text):
    return [(ch, len(list(group))) for ch, group in groupby(text)]


def decode(code):
    out, number = "", ""
    for ch in code:
        if ch.isdigit():
            number += ch
        else:
            out += ch * int(number or 1)
            number = ""
    return out


samples = ["", "a", "aaabccd", "WWWWWWWWWWWWBWWWWWWWWWWWWBBB", "abc", "  spaces  ", "zz"]
for text in samples:
    code = encode(text)
    assert decode(code) == text, text
    ratio = len(code) / len(text) if text else 1.0
    print(f"{text!r:32} -> {code!r:16} {ratio:.2f}")

print(encode_groups("mississippi"))
longest = max(encode_groups("aabbbbcddd"), key=lambda pair: pair[1])
print("longest run: %s x %d" % longest)
bits = [0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0]
print([sum(1 for _ in run) for _, run in groupby(bits)])
