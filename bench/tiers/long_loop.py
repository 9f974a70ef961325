# One call of one loop: it starts in the quick tier's code, and how fast it is shows from slice to slice.
import time


def work(slices, trips):
    took = [0.0] * slices
    total = 0.0
    start = time.perf_counter()
    for i in range(slices * trips):
        for j in range(1000):
            total += (i * j % 7) * 0.5
        if (i + 1) % trips == 0:
            now = time.perf_counter()
            took[i // trips] = now - start
            start = now
    return took, total


took, total = work(100, 1000)
print("result", total)
for t in took:
    print("slice", t)
