# Integer arithmetic: the four operators, precedence, unary minus.
def show(a, b):
    print(a, b, a + b, a - b, a * b, -a, +b, a + b * 2, (a + b) * 2)
show(7, 3)
show(-7, 3)
show(0, -4)
show(123456789, 987654321)
print(1 + 2 * 3 - 4, 2 * 3 + 4 * 5, -2 * -3, - -5, 10 - 3 - 2)
