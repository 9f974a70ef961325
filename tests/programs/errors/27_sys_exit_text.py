# A text given to sys.exit goes to standard error, and the status is 1.
from sys import exit
n = 3
if n > 2:
    print("before")
    exit(f"{n} is too many")
print("never")
