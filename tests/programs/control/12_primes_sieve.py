# Two ways to the primes below 100, with lists.
def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
        i += 1
    return [k for k, f in enumerate(flags) if f]
def trial(n):
    res = []
    for v in range(2, n + 1):
        for p in res:
            if p * p > v:
                res.append(v)
                break
            if v % p == 0:
                break
        else:
            res.append(v)
    return res
print(sieve(100))
print(sieve(100) == trial(100), len(trial(2000)))
