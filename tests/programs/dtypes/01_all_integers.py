# Every integer dtype: limits, wrapping at both ends, repr.
import numpy as np
def ends(lo, hi, one):
    return lo - one, hi + one, lo // hi, -lo
for dt in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
    info = np.iinfo(dt)
    a = np.array([info.min, info.max], dtype=dt)
    one = np.ones(1, dtype=dt)
    print(a.dtype, a, a + one, a - one, a.itemsize, repr(a), (a + a).dtype)
