# The clock runs forward; sleeping is not needed to see it.
import time
import math
start = time.perf_counter()
s = 0.0
for i in range(1000):
    s += math.sqrt(i)
passed = time.perf_counter() - start
print(passed >= 0, passed < 60, time.time() > 1600000000, round(s, 6))
