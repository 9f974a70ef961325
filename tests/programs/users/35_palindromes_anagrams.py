"""Palindromes and anagram groups."""
from collections import defaultdict


def is_palindrome(text):
    letters = [ch.lower() for ch in text if ch.isalnum()]
    return letters == letters[::-1]


def longest_palindrome(s):
    best = ""
    for centre in range(len(s)):
        for left, right in ((centre, centre), (centre, centre + 1)):
            while left >= 0 and right < len(s) and s[left] == s[right]:
                left -= 1
                right += 1
            if right - left - 1 > len(best):
                best = s[left + 1:right]
    return best


def is_palindrome_number(n):
    original, backwards = n, 0
    while n:
        n, digit = divmod(n, 10)
        backwards = backwards * 10 + digit
    return original == backwards


def anagram_groups(words):
    groups = defaultdict(list)
    for word in words:
        groups["".join(sorted(word))].append(word)
    return [group for group in groups.values() if len(group) > 1]


def signature(word):
    counts = [0] * 26
    for ch in word:
        counts[ord(ch) - 97] += 1
    return tuple(counts)


PHRASES = ["A man, a plan, a canal: Panama!", "No lemon, no melon", "Not a palindrome", "12321", ""]
for phrase in PHRASES:
    print(f"{phrase!r:36} {is_palindrome(phrase)}")
for s in ("babad", "forgeeksskeegfor", "abc", "aaaa"):
    print(s, "->", longest_palindrome(s))
print([n for n in range(10, 500) if is_palindrome_number(n) and is_palindrome_number(n * n)])
print(max(a * b for a in range(90, 100) for b in range(a, 100) if str(a * b) == str(a * b)[::-1]))

WORDS = "listen silent enlist google elbow below inch chin study dusty night thing state taste".split()
for group in sorted(anagram_groups(WORDS), key=lambda g: (-len(g), g)):
    print(len(group), ", ".join(sorted(group)))
print(signature("listen") == signature("silent"), signature("abc") == signature("abd"))
by_signature = {}
for w in WORDS:
    by_signature.setdefault(signature(w), set()).add(w)
print(sorted(sorted(g) for g in by_signature.values() if len(g) == 2))
