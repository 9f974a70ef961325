"""A queue at two counters, driven by a linear congruential generator."""
from collections import deque
import heapq


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return self.state

    def randint(self, low, high):
        return low + self.next() // 65536 % (high - low + 1)


class Simulation:
    def __init__(self, counters, seed=42):
        self.random = Random(seed)
        self.free = counters
        self.queue = deque()
        self.events = []
        self.sequence = 0
        self.clock = 0
        self.waits = []
        self.longest_queue = 0

    def schedule(self, delay, kind, customer):
        self.sequence += 1
        heapq.heappush(self.events, (self.clock + delay, self.sequence, kind, customer))

    def run(self, customers):
        t = 0
        for c in range(customers):
            t += self.random.randint(1, 4)
            self.schedule(t, "arrive", c)
        while self.events:
            self.clock, _, kind, customer = heapq.heappop(self.events)
            if kind == "arrive":
                self.queue.append((customer, self.clock))
            else:
                self.free += 1
            self.longest_queue = max(self.longest_queue, len(self.queue))
            while self.free and self.queue:
                who, since = self.queue.popleft()
                self.waits.append(self.clock - since)
                self.free -= 1
                self.schedule(self.random.randint(2, 9), "leave", who)


for counters in (1, 2, 3):
    sim = Simulation(counters)
    sim.run(60)
    mean = sum(sim.waits) / len(sim.waits)
    print(f"{counters} counters: done at {sim.clock}, mean wait {mean:.2f}, "
          f"max wait {max(sim.waits)}, longest queue {sim.longest_queue}")
    histogram = {}
    for w in sim.waits:
        histogram[w // 20] = histogram.get(w // 20, 0) + 1
    for bucket in sorted(histogram):
        print(f"  {bucket * 20:3}+ {'*' * histogram[bucket]}")
