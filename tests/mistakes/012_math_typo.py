# at 3:12, remedy
import math
print(math.squrt(2))
