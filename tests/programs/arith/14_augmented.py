# Augmented assignment of names, with every operator.
x = 100
x += 7; print(x)
x -= 10; print(x)
x *= 3; print(x)
x //= 2; print(x)
x %= 50; print(x)
x **= 2; print(x)
x <<= 3; print(x)
x >>= 2; print(x)
x &= 0xFF; print(x)
x |= 0x100; print(x)
x ^= 0x3; print(x)
x /= 4; print(x)
x += 0.5; print(x)
s = "ab"
s += "c"
s *= 2
print(s)
