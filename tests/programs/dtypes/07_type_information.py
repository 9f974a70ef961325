# finfo, iinfo, result_type, issubdtype.
import numpy as np
for dt in (np.float32, np.float64):
    print(np.finfo(dt).eps, np.finfo(dt).max, np.finfo(dt).tiny)
for dt in (np.int8, np.int64, np.uint16, np.uint64):
    print(np.iinfo(dt).min, np.iinfo(dt).max, np.iinfo(dt).bits)
print(np.result_type(np.int8, np.uint8), np.issubdtype(np.int8, np.integer), np.promote_types(np.float32, np.int32), np.can_cast(np.int8, np.int16))
