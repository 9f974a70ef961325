# at 2:6, remedy
from scipy import stats
print(stats)
