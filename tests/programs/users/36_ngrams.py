"""Character and word n-grams, a Markov chain text, and cosine similarity."""
from collections import Counter, defaultdict
from math import sqrt

LINES = [
    "peter piper picked a peck of pickled peppers",
    "a peck of pickled peppers peter piper picked",
    "if peter piper picked a peck of pickled peppers",
    "where is the peck of pickled peppers peter piper picked",
]


def ngrams(items, n):
    return list(zip(*(items[i:] for i in range(n))))


def profile(text, n=3):
    return Counter(text[i:i + n] for i in range(len(text) - n + 1))


def cosine(p, q):
    common = p.keys() & q.keys()
    dot = sum(p[g] * q[g] for g in common)
    norm = sqrt(sum(v * v for v in p.values())) * sqrt(sum(v * v for v in q.values()))
    return dot / norm if norm else 0.0


class Markov:
    def __init__(self, seed=1):
        self.follow = defaultdict(list)
        self.state = seed

    def learn(self, line):
        words = ["<s>"] + line.split() + ["</s>"]
        for a, b in zip(words, words[1:]):
            self.follow[a].append(b)

    def choose(self, options):
        self.state = self.state * 16807 % 2147483647
        return options[self.state % len(options)]

    def sentence(self, limit=12):
        word, out = "<s>", []
        while len(out) < limit:
            word = self.choose(self.follow[word])
            if word == "</s>":
                break
            out.append(word)
        return " ".join(out)


bigrams = Counter()
for line in LINES:
    bigrams.update(ngrams(line.split(), 2))
for (a, b), n in bigrams.most_common(4):
    print(f"{a} {b}: {n}")
print(len(bigrams), sum(bigrams.values()))

profiles = [profile(line) for line in LINES]
for i, p in enumerate(profiles):
    print(" ".join(f"{cosine(p, q):.3f}" for q in profiles))
total = sum(profiles, Counter())
print(total.most_common(3), len(total))

chain = Markov(seed=2026)
for line in LINES:
    chain.learn(line)
print(dict(Counter(chain.follow["peter"])), len(chain.follow))
for _ in range(4):
    print("-", chain.sentence())
print(ngrams([1, 2, 3, 4], 3), ngrams("abcd", 2))
