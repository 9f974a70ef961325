# Heaps and sorted lists.
import heapq
from heapq import heappush, heappop
h = []
for x in [5, 3, 8, 1, 9, 2]:
    heappush(h, x)
print(h)
print([heappop(h) for _ in range(len(h))])
xs = [9, 4, 7, 1, 8, 2, 3]
heapq.heapify(xs)
print(xs, heapq.heappushpop(xs, 0), heapq.heapreplace(xs, 6), xs)
print(heapq.nsmallest(3, [5, 1, 4, 2]), heapq.nlargest(2, [5, 1, 4, 2]), heapq.nlargest(2, ["aa", "b", "ccc"], key=len))
q = []
heappush(q, (2, "b"))
heappush(q, (1, "z"))
heappush(q, (1, "a"))
while q:
    p, name = heappop(q)
    print(p, name)
try:
    heappop([])
except IndexError as e:
    print(e)
print(list(heapq.merge([1, 4], [2, 3])))

import bisect
from bisect import bisect_left, insort
xs = [1, 3, 3, 5, 8]
print(bisect.bisect(xs, 3), bisect_left(xs, 3), bisect.bisect_right(xs, 9), bisect_left(xs, 0), bisect_left(xs, 5, 1, 4))
insort(xs, 4)
bisect.insort_left(xs, 3)
print(xs)
words = ["a", "bb", "dddd"]
print(bisect.bisect_left(words, 3, key=len))
