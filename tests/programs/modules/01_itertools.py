# Functions of itertools.
import itertools
from itertools import count, cycle, repeat, chain, islice, product, permutations, combinations, accumulate
for i in count(5, 2):
    if i > 10:
        break
    print(i)
n = 0
for c in cycle("ab"):
    print(c)
    n += 1
    if n > 4:
        break
print(list(repeat(3, 2)), list(chain([1], (2, 3), "a")), list(islice(count(), 5)), list(islice("abcdef", 2, None, 2)))
print(list(product([1, 2], "ab")), list(permutations([1, 2, 3])), list(combinations("abcd", 2)), list(accumulate([1, 2, 3])))
print(list(product([0, 1], repeat=2)), list(permutations([1, 2, 3], 2)), list(accumulate([1, 2, 3], lambda a, b: a * b)), list(accumulate([1, 2], initial=10)))

import itertools
from itertools import zip_longest, takewhile, dropwhile, groupby, pairwise, starmap, chain, compress, filterfalse
from itertools import combinations_with_replacement, permutations, product
print(list(zip_longest([1, 2, 3], "a", fillvalue="-")))
print(list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(pairwise([1, 2, 3])))
for k, g in groupby([1, 1, 2, 3, 3]):
    print(k, list(g))
for k, g in groupby(["aa", "b", "cc"], key=len):
    print(k, list(g))
print([(k, len(list(g))) for k, g in groupby("aabccc")])
print(list(starmap(lambda a, b: a + b, [(1, 2)])), list(chain.from_iterable([[1], [2, 3]])))
print(list(combinations_with_replacement([1, 2], 2)), list(compress("abc", [1, 0, 1])), list(filterfalse(lambda x: x % 2, range(5))))
print(list(product([1, 2], "ab", [0.5])), list(product(range(2), repeat=3)), len(list(permutations(range(5), 3))))
print(["".join(p) for p in permutations("abc", 3)], list(permutations((1, 2, 3))), list(permutations([1, 2], 3)))
print(list(itertools.islice(itertools.accumulate(itertools.count(1)), 5)), list(itertools.islice(itertools.pairwise(itertools.count()), 2)))
print(sum(itertools.islice(itertools.cycle([1, 2, 3]), 7)), list(itertools.repeat("x", 3)))
n = 0
for a, b in itertools.combinations(range(6), 2):
    if (a + b) % 5 == 0:
        n += a * b
print(n)
