# Small integer programs: Collatz lengths, digit sums, perfect numbers, gcd.
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
def digit_sum(n):
    s = 0
    while n:
        s += n % 10
        n //= 10
    return s
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
print([collatz(n) for n in range(1, 20)], collatz(27))
print([digit_sum(n) for n in (0, 7, 10, 99, 12345, 10 ** 18 - 1)])
print([n for n in range(2, 500) if sum([d for d in range(1, n) if n % d == 0]) == n])
print(gcd(1071, 462), gcd(0, 5), gcd(2 ** 40, 6 ** 15))
