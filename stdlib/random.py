"""The random module's functions over one generator: the Mersenne Twister MT19937, with CPython's numbers for a seed."""
import math
import time

mt = [0] * 624
index = 624
gauss_next = 0.0
has_gauss = False


def init_genrand(s):
    """Fills the state from 32 bits."""
    mt[0] = s
    for k in range(1, 624):
        x = mt[k - 1]
        mt[k] = (1812433253 * (x ^ (x >> 30)) + k) & 0xFFFFFFFF


def seed(a=None):
    """Makes the numbers that follow those of a seed."""
    global index, has_gauss
    if a is None:
        a = int(time.time() * 1000000.0)
    a = abs(a)
    low = a & 0xFFFFFFFF
    high = a >> 32
    n = 2 if high > 0 else 1
    init_genrand(19650218)
    i = 1
    j = 0
    for _ in range(624):
        x = mt[i - 1]
        key = low if j == 0 else high
        mt[i] = ((mt[i] ^ ((x ^ (x >> 30)) * 1664525)) + key + j) & 0xFFFFFFFF
        i += 1
        j += 1
        if i >= 624:
            mt[0] = mt[623]
            i = 1
        if j >= n:
            j = 0
    for _ in range(623):
        x = mt[i - 1]
        mt[i] = ((mt[i] ^ ((x ^ (x >> 30)) * 1566083941)) - i) & 0xFFFFFFFF
        i += 1
        if i >= 624:
            mt[0] = mt[623]
            i = 1
    mt[0] = 0x80000000
    index = 624
    has_gauss = False


def twist():
    """The next 624 words of the state."""
    for k in range(624):
        y = (mt[k] & 0x80000000) | (mt[(k + 1) % 624] & 0x7FFFFFFF)
        v = mt[(k + 397) % 624] ^ (y >> 1)
        if y & 1:
            v ^= 0x9908B0DF
        mt[k] = v


def next_word():
    """32 random bits."""
    global index
    if index >= 624:
        twist()
        index = 0
    y = mt[index]
    index += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C5680
    y ^= (y << 15) & 0xEFC60000
    return y ^ (y >> 18)


def random():
    """A float from 0 to less than 1."""
    a = next_word() >> 5
    b = next_word() >> 6
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0)


def getrandbits(k):
    """An int of k random bits."""
    if k < 0:
        raise ValueError("number of bits must be non-negative")
    if k > 64:
        return 1 << k
    if k == 0:
        return 0
    if k <= 32:
        return next_word() >> (32 - k)
    low = next_word()
    return low | ((next_word() >> (64 - k)) << 32)


def below(n):
    """An int from 0 to less than n."""
    k = 0
    m = n
    while m > 0:
        k += 1
        m >>= 1
    r = getrandbits(k)
    while r >= n:
        r = getrandbits(k)
    return r


def randrange(start, stop=None, step=1):
    """An item of `range(start, stop, step)`."""
    if stop is None:
        if start <= 0:
            raise ValueError("empty range for randrange()")
        return below(start)
    width = stop - start
    if step == 1:
        if width > 0:
            return start + below(width)
        raise ValueError(f"empty range for randrange() ({start}, {stop}, {width})")
    if step > 0:
        n = (width + step - 1) // step
    elif step < 0:
        n = (width + step + 1) // step
    else:
        raise ValueError("zero step for randrange()")
    if n <= 0:
        raise ValueError("empty range for randrange()")
    return start + step * below(n)


def randint(a, b):
    """An int from a to b, both included."""
    return randrange(a, b + 1)


def uniform(a, b):
    """A float between a and b."""
    return a + (b - a) * random()


def triangular(low=0.0, high=1.0, mode=None):
    """A float between low and high, most often near the mode."""
    u = random()
    if high == low:
        return low
    c = 0.5 if mode is None else (mode - low) / (high - low)
    if u > c:
        u = 1.0 - u
        c = 1.0 - c
        low, high = high, low
    return low + (high - low) * math.sqrt(u * c)


def gauss(mu=0.0, sigma=1.0):
    """A normally distributed float; two are made at once."""
    global gauss_next, has_gauss
    if has_gauss:
        has_gauss = False
        z = gauss_next
    else:
        angle = random() * (2.0 * math.pi)
        radius = math.sqrt(-2.0 * math.log(1.0 - random()))
        z = math.cos(angle) * radius
        gauss_next = math.sin(angle) * radius
        has_gauss = True
    return mu + z * sigma


def normalvariate(mu=0.0, sigma=1.0):
    """A normally distributed float."""
    magic = 4 * math.exp(-0.5) / math.sqrt(2.0)
    z = 0.0
    looking = True
    while looking:
        u = random()
        v = 1.0 - random()
        z = magic * (u - 0.5) / v
        looking = z * z / 4.0 > -math.log(v)
    return mu + z * sigma


def lognormvariate(mu=0.0, sigma=1.0):
    """A float whose logarithm is normally distributed."""
    return math.exp(normalvariate(mu, sigma))


def expovariate(lambd):
    """An exponentially distributed float."""
    return -math.log(1.0 - random()) / lambd


def paretovariate(alpha):
    """A float of Pareto's distribution."""
    u = 1.0 - random()
    return u ** (-1.0 / alpha)


def weibullvariate(alpha, beta):
    """A float of Weibull's distribution."""
    u = 1.0 - random()
    return alpha * (-math.log(u)) ** (1.0 / beta)


def choice(seq):
    """One of the items."""
    if len(seq) == 0:
        raise IndexError("Cannot choose from an empty sequence")
    return seq[below(len(seq))]


def shuffle(x):
    """Puts the items of a list in a random order."""
    for i in range(len(x) - 1, 0, -1):
        j = below(i + 1)
        t = x[i]
        x[i] = x[j]
        x[j] = t


def sample(population, k):
    """So many different items."""
    n = len(population)
    if not 0 <= k <= n:
        raise ValueError("Sample larger than population or is negative")
    size = 21
    if k > 5:
        size += 4 ** math.ceil(math.log(k * 3, 4))
    if n <= size:
        pool = [x for x in population]
        out = pool[:0]
        for i in range(k):
            j = below(n - i)
            out.append(pool[j])
            pool[j] = pool[n - i - 1]
        return out
    taken = []
    for i in range(k):
        j = below(n)
        while j in taken:
            j = below(n)
        taken.append(j)
    return [population[j] for j in taken]


def choices(population, weights=None, *, cum_weights=None, k=1):
    """So many items, which may come again, by weight."""
    n = len(population)
    if weights is None and cum_weights is None:
        return [population[int(random() * n)] for _ in range(k)]
    sums = []
    if cum_weights is None:
        s = weights[0] - weights[0]
        for w in weights:
            s += w
            sums.append(s)
    else:
        for w in cum_weights:
            sums.append(w)
    if len(sums) != n:
        raise ValueError("The number of weights does not match the population")
    total = sums[n - 1] + 0.0
    if total <= 0.0:
        raise ValueError("Total of weights must be greater than zero")
    out = []
    for _ in range(k):
        x = random() * total
        lo = 0
        hi = n - 1
        while lo < hi:
            mid = (lo + hi) // 2
            if x < sums[mid]:
                hi = mid
            else:
                lo = mid + 1
        out.append(population[lo])
    return out


seed()
