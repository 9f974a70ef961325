"""Word statistics of a text with dict and Counter."""
from collections import Counter
import string

TEXT = """It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of
incredulity, it was the season of Light, it was the season of Darkness, it was the
spring of hope, it was the winter of despair; we had everything before us, we had
nothing before us -- we were all going direct to Heaven, we were all going direct
the other way."""


def words_of(text):
    cleaned = "".join(" " if ch in string.punctuation else ch.lower() for ch in text)
    return cleaned.split()


def count(words):
    counts = {}
    for word in words:
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts


words = words_of(TEXT)
counts = count(words)
counter = Counter(words)
assert counts == dict(counter)
print(len(words), "words,", len(counts), "different")
for word, n in counter.most_common(6):
    print(f"{word:>8} {n:3} {'#' * n}")

lengths = Counter(len(w) for w in words)
for n in sorted(lengths):
    print(f"{n:2}: {lengths[n]:3}  {lengths[n] / len(words):6.1%}")
letters = Counter(ch for ch in TEXT.lower() if ch.isalpha())
print("".join(ch for ch, _ in letters.most_common(8)), letters["e"], letters["z"])
once = sorted(w for w, n in counts.items() if n == 1)
print(f"{len(once)} words appear once, the longest is {max(once, key=len)!r}")
sentences = [s.strip() for s in TEXT.replace("\n", " ").replace(";", ".").replace("--", ".").split(".") if s.strip()]
print([len(s.split()) for s in sentences])
vowels = sum(TEXT.lower().count(v) for v in "aeiou")
print("vowels", vowels, "lines", TEXT.count("\n") + 1, "capitals", sum(map(str.isupper, TEXT)))
print(TEXT.split("\n")[-1].title())
