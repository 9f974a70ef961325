"""A linked list, a stack, a ring buffer queue and a least-recently-used cache."""


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        self._size = 0
        for item in reversed(list(items)):
            self.prepend(item)

    def prepend(self, value):
        self.head = Node(value, self.head)
        self._size += 1

    def append(self, value):
        node = Node(value)
        if self.head is None:
            self.head = node
        else:
            last = self.head
            while last.next:
                last = last.next
            last.next = node
        self._size += 1

    def remove(self, value):
        previous, node = None, self.head
        while node is not None:
            if node.value == value:
                if previous is None:
                    self.head = node.next
                else:
                    previous.next = node.next
                self._size -= 1
                return
            previous, node = node, node.next
        raise ValueError(f"{value!r} not in list")

    def reverse(self):
        previous = None
        node = self.head
        while node:
            node.next, previous, node = previous, node, node.next
        self.head = previous
        return self

    def middle(self):
        slow = fast = self.head
        while fast and fast.next:
            slow = slow.next
            fast = fast.next.next
        return slow.value if slow else None

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def __len__(self):
        return self._size

    def __str__(self):
        return " -> ".join(str(v) for v in self) or "(empty)"


class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        if not self._items:
            raise IndexError("pop from empty stack")
        return self._items.pop()

    def peek(self):
        return self._items[-1] if self._items else None

    def __len__(self):
        return len(self._items)


class RingBuffer:
    def __init__(self, capacity):
        self.data = [None] * capacity
        self.start = self.size = 0

    def put(self, item):
        end = (self.start + self.size) % len(self.data)
        self.data[end] = item
        if self.size < len(self.data):
            self.size += 1
        else:
            self.start = (self.start + 1) % len(self.data)

    def __iter__(self):
        return (self.data[(self.start + i) % len(self.data)] for i in range(self.size))


class LRUCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.hits = self.misses = 0

    def get(self, key, compute):
        if key in self.entries:
            self.hits += 1
            value = self.entries.pop(key)
        else:
            self.misses += 1
            value = compute(key)
            if len(self.entries) >= self.capacity:
                oldest = next(iter(self.entries))
                del self.entries[oldest]
        self.entries[key] = value
        return value


items = LinkedList([3, 1, 4, 1, 5])
items.append(9)
items.prepend(2)
items.remove(1)
print(items, "| size", len(items), "| middle", items.middle())
print(items.reverse(), list(items)[:2], sum(items), max(items), 4 in items, 1 in items)
print(LinkedList(), LinkedList().middle(), LinkedList("abc"))
try:
    items.remove(42)
except ValueError as e:
    print("ValueError:", e)

stack = Stack()
for token in "3 4 + 2 * 7 -".split():
    if token.isdigit():
        stack.push(int(token))
    else:
        right, left = stack.pop(), stack.pop()
        stack.push({"+": left + right, "-": left - right, "*": left * right}[token])
print(stack.pop(), len(stack), stack.peek())
try:
    stack.pop()
except IndexError as e:
    print("IndexError:", e)

ring = RingBuffer(3)
for i in range(5):
    ring.put(i * i)
print(list(ring), ring.data)
cache = LRUCache(2)
print([cache.get(k, lambda k: k * 100) for k in [1, 2, 1, 3, 2, 1, 1]], cache.hits, cache.misses, list(cache.entries))
