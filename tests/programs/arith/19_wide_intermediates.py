# Sums and products of ints may pass 64 bits on the way to `% m` or `& mask`: the result is exact.
def lcg(seed, n):
    a, c, m = 6364136223846793005, 1442695040888963407, 9223372036854775783
    out = []
    for _ in range(n):
        seed = (a * seed + c) % m
        out.append(seed)
    return out
print(lcg(12345, 4))
def glibc(seed, n):
    total = 0
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        total = (total * 31 + seed) % 1000000007
    return seed, total
print(glibc(42, 1000))
def wrapped(x, y, z):
    print((x * y * z + x) & 0x7FFFFFFFFFFFFFFF, (x * y - z * z) % 4096, (-x * y) % 1024, ((x << 13) ^ x) & 0xFFFFFFFF, (x + y + z) % 97)
    print((x * y * z - 5) % 1000003, (x - y * z) % 999999999989, (-(x * x) - z) % 12345, (x * y + z) % -1000, (3 * x * x * x + 2 * x * x + x + 7) % 1000000009)
wrapped(9223372036854775807, 9223372036854775806, 9223372036854775805)
wrapped(-9223372036854775807, 4611686018427387904, -3)
wrapped(3, 5, 7)
def modpow(b, e, m):
    r = 1
    while e:
        if e % 2:
            r = r * b % m
        b = b * b % m
        e //= 2
    return r
print(modpow(3, 10 ** 18, 9223372036854775783), modpow(7, 560, 561))
def poly_hash(text, m):
    h = 0
    for c in text:
        h = (h * 1000003 ^ ord(c)) & 0xFFFFFFFFFFFF
        h = (h * 9007199254740881 + ord(c)) % m
    return h
print(poly_hash("the quick brown fox", 2305843009213693951))
k = 2 ** 70
print(k, -k, k // 3, k % 1000, k > 5, 5 == k, 7 < k, (k + 1) % 2, k >> 60, f"{k}", float(k), 2 ** 64 - 1)
try:
    print(5 % 0, (k * 3) % 0)
except ZeroDivisionError as e:
    print(e)
def zero(x, m):
    return (x * x + 1) % m
try:
    zero(2 ** 62, 0)
except ZeroDivisionError as e:
    print(e)
