# (a * b) % m and (a * b) & mask are evaluated in 128 bits.
def lcg(seed, n):
    x = seed
    out = []
    for _ in range(n):
        x = (x * 6364136223846793005) & 0x7FFFFFFFFFFFFFFF
        out.append(x)
    return out
print(lcg(12345, 4))
def power_mod(b, e, m):
    r = 1
    while e > 0:
        if e & 1:
            r = (r * b) % m
        b = (b * b) % m
        e >>= 1
    return r
print(power_mod(3, 10 ** 15, 1000000000000000003), power_mod(2, 61, 2305843009213693951))
h = 1469598103934665603
for c in (104, 101, 108, 108, 111):
    h = h ^ c
    h = (h * 1099511628211) & 0x7FFFFFFFFFFFFFFF
print(h)
