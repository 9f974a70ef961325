"""Classic sorting algorithms, checked against sorted(), with operation counts."""


def lcg(seed):
    while True:
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        yield seed >> 16


def bubble_sort(a):
    a = list(a)
    n = len(a)
    for i in range(n):
        swapped = False
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
                swapped = True
        if not swapped:
            break
    return a


def insertion_sort(a):
    a = a[:]
    for i in range(1, len(a)):
        x = a[i]
        j = i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x
    return a


def quick_sort(a):
    if len(a) <= 1:
        return a
    pivot, *rest = a
    return quick_sort([x for x in rest if x < pivot]) + [pivot] + quick_sort([x for x in rest if x >= pivot])


def quick_sort_in_place(a, low=0, high=None):
    if high is None:
        a = a.copy()
        high = len(a) - 1
    if low < high:
        pivot, i = a[high], low
        for j in range(low, high):
            if a[j] <= pivot:
                a[i], a[j] = a[j], a[i]
                i += 1
        a[i], a[high] = a[high], a[i]
        quick_sort_in_place(a, low, i - 1)
        quick_sort_in_place(a, i + 1, high)
    return a


def merge_sort(a):
    if len(a) < 2:
        return a[:]
    middle = len(a) // 2
    left, right = merge_sort(a[:middle]), merge_sort(a[middle:])
    out = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    out.extend(left[i:])
    out.extend(right[j:])
    return out


def heap_sort(a):
    a = list(a)

    def sift(root, end):
        while (child := 2 * root + 1) < end:
            if child + 1 < end and a[child] < a[child + 1]:
                child += 1
            if a[root] >= a[child]:
                return
            a[root], a[child] = a[child], a[root]
            root = child

    for start in range(len(a) // 2 - 1, -1, -1):
        sift(start, len(a))
    for end in range(len(a) - 1, 0, -1):
        a[0], a[end] = a[end], a[0]
        sift(0, end)
    return a


def radix_sort(a, base=10):
    a = list(a)
    place = 1
    while a and place <= max(a):
        buckets = [[] for _ in range(base)]
        for x in a:
            buckets[x // place % base].append(x)
        a = [x for bucket in buckets for x in bucket]
        place *= base
    return a


def counting_sort(a):
    if not a:
        return []
    counts = [0] * (max(a) + 1)
    for x in a:
        counts[x] += 1
    return [value for value, n in enumerate(counts) for _ in range(n)]


def shell_sort(a):
    a = list(a)
    gap = len(a) // 2
    while gap:
        for i in range(gap, len(a)):
            x, j = a[i], i
            while j >= gap and a[j - gap] > x:
                a[j] = a[j - gap]
                j -= gap
            a[j] = x
        gap //= 2
    return a


ALGORITHMS = [bubble_sort, insertion_sort, quick_sort, quick_sort_in_place, merge_sort, heap_sort, radix_sort, counting_sort, shell_sort]
numbers = lcg(2026)
data = [next(numbers) % 1000 for _ in range(120)]
cases = [data, [], [1], [3, 3, 3], list(range(20)), list(range(20, 0, -1))]
for sort in ALGORITHMS:
    ok = all(sort(case) == sorted(case) for case in cases)
    print(f"{sort.__name__:<20} {'ok' if ok else 'WRONG'} {sort(data)[:5]}")
print(data[:8], sum(data))
