# Overlapping stores along one axis with unequal strides: NumPy stores element by element.
import numpy as np
a=np.arange(8); a[::2]=a[:4]; print(a)
a=np.arange(8); a[:4]=a[::2]; print(a)
a=np.arange(8); a[4:]=a[::2]; print(a)
a=np.arange(8.); a[::2]=a[3:7]; print(a)
a=np.arange(16).reshape(4,4); a[:,3]=a[2]; print(a)
a=np.arange(16).reshape(4,4); a[2]=a[:,3]; print(a)
a=np.arange(16).reshape(4,4); a[:,1]=a[2]; print(a)
a=np.arange(8); np.copyto(a[::2],a[:4]); print(a)
