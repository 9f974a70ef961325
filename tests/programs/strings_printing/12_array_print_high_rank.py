# Blank lines between blocks; summaries in several axes.
import numpy as np
print(np.arange(24).reshape(2, 3, 4))
print(repr(np.arange(12.0).reshape(2, 2, 3) / 4))
print(np.arange(16).reshape(2, 2, 2, 2))
print(np.arange(3000).reshape(10, 10, 30)[::3, ::5, ::9])
print(np.arange(4000).reshape(20, 20, 10))
