"""The heapq module: heaps in lists, where no item is larger than those at 2 k + 1 and 2 k + 2 from the k-th."""


def rise(heap, start, pos):
    """Moves the item at `pos` towards `start`, until its parent is not larger."""
    item = heap[pos]
    moving = True
    while moving and pos > start:
        parent = (pos - 1) >> 1
        if item < heap[parent]:
            heap[pos] = heap[parent]
            pos = parent
        else:
            moving = False
    heap[pos] = item


def sink(heap, pos):
    """Moves the item at `pos` down to a leaf along the smaller children, and up from there to where it belongs."""
    end = len(heap)
    start = pos
    item = heap[pos]
    child = 2 * pos + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[pos] = heap[child]
        pos = child
        child = 2 * pos + 1
    heap[pos] = item
    rise(heap, start, pos)


def heappush(heap, item):
    """Puts an item into the heap."""
    heap.append(item)
    rise(heap, 0, len(heap) - 1)


def heappop(heap):
    """Takes the smallest item out of the heap."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    first = heap[0]
    heap[0] = last
    sink(heap, 0)
    return first


def heapreplace(heap, item):
    """Takes the smallest item out, and puts another in."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    first = heap[0]
    heap[0] = item
    sink(heap, 0)
    return first


def heappushpop(heap, item):
    """Puts an item in, and takes the smallest out."""
    if len(heap) > 0 and heap[0] < item:
        first = heap[0]
        heap[0] = item
        sink(heap, 0)
        return first
    return item


def heapify(x):
    """Makes a list a heap."""
    for i in range(len(x) // 2 - 1, -1, -1):
        sink(x, i)


def nsmallest(n, iterable, key=None):
    """The n smallest items, in order."""
    return sorted(iterable, key=key)[: max(n, 0)]


def nlargest(n, iterable, key=None):
    """The n largest items, the largest first."""
    return sorted(iterable, key=key, reverse=True)[: max(n, 0)]


def merge(*iterables):
    """The items of sorted iterables, sorted."""
    out = []
    for it in iterables:
        out.extend(it)
    for x in sorted(out):
        yield x
