# Uncaught: integer division by zero after some output.
def ratio(a, b):
    return a // b
for d in (4, 2, 0, 1):
    print(ratio(12, d))
