# at 2:8, remedy
import pandas as pd
print(pd.DataFrame())
