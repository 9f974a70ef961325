# limit: the dtype of np.arange hangs on the sign of the exponent; a negative one is a LimitError.
# args: 2 -3
import sys
import numpy as np

r, k = int(sys.argv[1]), int(sys.argv[2])
print(r ** k)
try:
    print(np.arange(1, r ** k))
except ValueError:
    print("caught")
