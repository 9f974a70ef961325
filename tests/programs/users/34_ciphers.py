"""Caesar, Vigenere, substitution and rail fence ciphers, and breaking Caesar by frequency."""

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
FREQUENCY = [8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.77, 4.0, 2.4,
             6.7, 7.5, 1.9, 0.095, 6.0, 6.3, 9.1, 2.8, 0.98, 2.4, 0.15, 2.0, 0.074]


def shift(ch, k):
    if not ch.isalpha():
        return ch
    base = ord("A") if ch.isupper() else ord("a")
    return chr((ord(ch) - base + k) % 26 + base)


def caesar(text, k):
    return "".join(shift(ch, k) for ch in text)


def vigenere(text, key, decrypt=False):
    out = []
    i = 0
    for ch in text:
        if ch.isalpha():
            k = ALPHABET.index(key[i % len(key)].lower())
            out.append(shift(ch, -k if decrypt else k))
            i += 1
        else:
            out.append(ch)
    return "".join(out)


def substitution(text, keyword):
    used = ""
    for ch in keyword + ALPHABET:
        if ch not in used:
            used += ch
    table = str.maketrans(ALPHABET, used)
    return text.translate(table)


def rail_fence(text, rails):
    rows = [""] * rails
    r, step = 0, 1
    for ch in text:
        rows[r] += ch
        if r == 0:
            step = 1
        elif r == rails - 1:
            step = -1
        r += step
    return "".join(rows)


def break_caesar(text):
    letters = [ch for ch in text.lower() if ch.isalpha()]
    best_k, best_score = 0, float("inf")
    for k in range(26):
        score = 0.0
        for i, expected in enumerate(FREQUENCY):
            observed = letters.count(ALPHABET[(i + k) % 26]) / len(letters) * 100
            score += (observed - expected) ** 2 / expected
        if score < best_score:
            best_k, best_score = k, score
    return best_k, caesar(text, -best_k)


message = "Meet me at the old bridge, tomorrow at seven. Bring the red book!"
secret = caesar(message, 7)
print(secret)
assert caesar(secret, -7) == message
print(break_caesar(secret))
coded = vigenere(message, "Lemon")
print(coded)
print(vigenere(coded, "Lemon", decrypt=True) == message)
print(substitution(message.lower(), "zebras"))
print(rail_fence("WEAREDISCOVEREDFLEEATONCE", 3))
print(caesar("Hello, World", 13), caesar(caesar("Hello", 13), 13))
xored = [ord(ch) ^ 0x2A for ch in "quipu"]
print(xored, "".join(chr(x ^ 0x2A) for x in xored), " ".join(f"{x:02x}" for x in xored))
