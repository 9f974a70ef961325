# Arrays of several sizes in a list that a loop fills, joined; the truth of an array of several elements.
import numpy as np
parts = [np.full(k, k) for k in range(1, 4)]
print(np.concatenate(parts), np.stack([np.zeros(2) for _ in range(3)]).shape)
x = np.arange(6).reshape(2, 3)
try:
    if x:
        print("some")
except ValueError as e:
    print(e)
