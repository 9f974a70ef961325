"""Records draws of numpy.random.default_rng for tests/random.rs: `python random.py > random.txt`.

A line is a kind, a seed, arguments, the number of draws, and the FNV-1a hash of their bytes (8 each).
"""
import sys

sys.path.pop(0)  # This folder's random.py is not the standard library's.
import numpy as np


def fnv(data):
    h = 0xCBF29CE484222325
    for b in data:
        h = (h ^ b) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{h:016x}"


def case(kind, seed, args, n, values):
    print(kind, seed, ",".join(map(str, args)), n, fnv(np.ascontiguousarray(values).tobytes()), sep="\t")


for seed in (0, 1, 42, 2**31, 2**32 - 1, 2**32, 123456789012345, 2**63 - 1):
    case("random", seed, (), 1000, np.random.default_rng(seed).random(1000))
    case("normal", seed, (), 20000, np.random.default_rng(seed).standard_normal(20000))
    for low, high in ((0, 10), (1, 7), (-50, 1234567), (0, 1), (5, 6), (0, 2**32), (0, 2**32 - 1), (0, 2**32 + 1), (-(2**62), 2**62), (0, 3 * 2**40), (0, 2**31 + 1)):
        case("integers", seed, (low, high), 1000, np.random.default_rng(seed).integers(low, high, 1000))
    rng = np.random.default_rng(seed)
    mixed = []
    for i in range(300):
        mixed += [rng.random(), float(rng.integers(0, 100)), rng.standard_normal()]
    case("mixed", seed, (), 300, np.array(mixed))
