# Recursion without end is a RecursionError, and the program goes on.
def down(n):
    return down(n + 1) + 1
try:
    down(0)
except RecursionError:
    print("too deep")
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
print(deep(500))
