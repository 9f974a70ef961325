# The ends of the 64-bit range; every result stays inside it.
top = 9223372036854775807
low = -9223372036854775807 - 1
print(top, low, top - 1, low + 1, top + low, -top)
print(top // 2, top % 1000, low // 2, low % 1000, low // top, top // low)
print(top - top, low - low, abs(low + 1), top * 1, low * 1, 0 * low)
print(3037000499 * 3037000499, -3037000500 * 3037000499, 4294967296 * 2147483647)
print(top > low, top == low, min(top, low), max(top, low))
