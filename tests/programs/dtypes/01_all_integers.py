# Every integer dtype: limits, wrapping at both ends, repr.
import numpy as np
for dt in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
    one = np.ones(1, dtype=dt)
    bits = 8 * one.itemsize
    signed = (np.zeros(1, dtype=dt) - one)[0] < 0
    low = -1 << (bits - 1) if signed else 0
    high = (1 << (bits - 2)) - 1
    a = np.array([low, high], dtype=dt)
    print(a.dtype, a, a + one, a - one, a.itemsize, repr(a), (a + a).dtype)
