# Stores that cannot be made.
import numpy as np
b = np.broadcast_to(np.arange(3), (2, 3))
try:
    b[0, 0] = 1
except ValueError as e:
    print(e)
i = np.zeros(2, dtype=np.int8)
def put(v):
    try:
        i[0] = v
        print(i)
    except OverflowError as e:
        print("OverflowError", e)
    except ValueError as e:
        print("ValueError", e)
put(127)
put(300)
put(-129)
put(5)
u = np.zeros(2, dtype=np.uint8)
try:
    u + 300
except OverflowError as e:
    print(e)
try:
    u[1] = -1
except OverflowError as e:
    print(e)
try:
    i += 1.5
except TypeError as e:
    print(type(e).__name__)
print(i, u)
