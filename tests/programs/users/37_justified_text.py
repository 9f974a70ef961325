"""Wraps, justifies and centres text, and puts it in columns and boxes."""

TEXT = ("The quipu was a recording device fashioned from strings, used by a number of cultures "
        "in the region of Andean South America. Knotted strings were used for collecting data "
        "and keeping records, monitoring tax obligations, and military organization.")


def wrap(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def justify(line, width):
    words = line.split()
    if len(words) == 1:
        return line.ljust(width)
    gaps = len(words) - 1
    spaces = width - sum(map(len, words))
    base, extra = divmod(spaces, gaps)
    out = words[0]
    for i, word in enumerate(words[1:]):
        out += " " * (base + (1 if i < extra else 0)) + word
    return out


def box(lines, title="", fill="-"):
    width = max(max(len(line) for line in lines), len(title) + 2)
    header = f" {title} " if title else ""
    yield "+" + header.center(width + 2, fill) + "+"
    for line in lines:
        yield f"| {line:<{width}} |"
    yield "+" + fill * (width + 2) + "+"


def columns(words, count, width):
    rows = -(-len(words) // count)
    for r in range(rows):
        yield "".join(w.ljust(width) for w in words[r::rows]).rstrip()


lines = list(wrap(TEXT, 38))
for line in lines[:-1]:
    print("[" + justify(line, 38) + "]")
print("[" + lines[-1].ljust(38) + "]")
print("\n".join(box(lines[:3], title="quipu")))
print(*box(["short"], fill="="), sep="\n")
words = sorted({w.strip(".,").lower() for w in TEXT.split() if len(w) > 5})
for row in columns(words, 3, 16):
    print(row)
for width in (10, 20, 30):
    n = sum(1 for _ in wrap(TEXT, width))
    print(f"width {width:2}: {n:2} lines")
name, value = "total", 1234.5
print(f"{name:.<20}{value:.>12,.2f}", f"{name:^11}|", f"{name!r:>9}", f"{value:e}", f"{-value:+010.1f}", sep=" ")
print("%-10s|%5d|%8.3f|%x" % (name, 42, 3.14159, 255))
print("{0:>8}|{1:<8}|{2:^8}|{0:b}".format(5, 6, 7), "{} and {}".format("this", "that"))
