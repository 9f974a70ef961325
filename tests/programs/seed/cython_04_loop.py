# Rows cython-03 and cython-04: a loop with and without an annotation.
a: int = 0
for i in range(10):
    a += i
print(a)
b = 0
for i in range(10):
    b += i
print(b)
