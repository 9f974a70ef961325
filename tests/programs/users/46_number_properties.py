"""Perfect, amicable, happy, Armstrong and Harshad numbers; digits and bases."""


def divisors(n):
    small, large = [], []
    i = 1
    while i * i <= n:
        if n % i == 0:
            small.append(i)
            if i != n // i:
                large.append(n // i)
        i += 1
    return small + large[::-1]


def aliquot(n):
    return sum(divisors(n)) - n


def is_happy(n):
    seen = set()
    while n != 1 and n not in seen:
        seen.add(n)
        n = sum(int(d) ** 2 for d in str(n))
    return n == 1


def is_armstrong(n):
    digits = [int(d) for d in str(n)]
    return n == sum(d ** len(digits) for d in digits)


def digital_root(n):
    while n > 9:
        n = sum(map(int, str(n)))
    return n


def to_base(n, base):
    if n == 0:
        return "0"
    sign = "-" if n < 0 else ""
    n = abs(n)
    out = ""
    while n:
        n, r = divmod(n, base)
        out = "0123456789abcdefghijklmnopqrstuvwxyz"[r] + out
    return sign + out


print(divisors(36), divisors(97))
print("perfect", [n for n in range(2, 9000) if aliquot(n) == n])
amicable = []
for a in range(2, 3000):
    b = aliquot(a)
    if a < b and aliquot(b) == a:
        amicable.append((a, b))
print("amicable", amicable)
print("happy", [n for n in range(1, 50) if is_happy(n)])
print("Armstrong", [n for n in range(1, 10000) if is_armstrong(n)])
print("Harshad", [n for n in range(10, 60) if not n % sum(divmod(n, 10))])
print("abundant odd", next(n for n in range(1, 10**6, 2) if aliquot(n) > n))
kinds = {"deficient": 0, "perfect": 0, "abundant": 0}
for n in range(1, 501):
    s = aliquot(n)
    kinds["perfect" if s == n else "abundant" if s > n else "deficient"] += 1
print(kinds)
print([digital_root(n) for n in (0, 9, 38, 999, 123456789)])
for n in (0, 255, -255, 123456):
    print(n, [to_base(n, b) for b in (2, 7, 16, 36)], bin(n), oct(n), hex(n))
assert all(int(to_base(n, b), b) == n for n in range(-50, 50) for b in (2, 3, 16, 36))
print(f"{1_000_000:,} {255:#x} {255:08b} {0b1011} {0o17} {0xff} {(5).bit_length()} {bin(1023).count('1')}")
