# at 3:17, remedy
import numpy as np
a = np.zeros(3, dtpye=float)
print(a)
