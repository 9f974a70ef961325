# Bit operators on negative numbers are those of infinite two's complement.
for a in (0, 1, 5, -1, -5, 255, -256, 1 << 40):
    print(a, ~a, a & 0xFF, a | 0x10, a ^ 0xFF, a >> 1, a >> 3, a << 2)
print(1 << 62, -1 << 63, 12345 >> 70, -12345 >> 70, 0 << 100, 6 & 3 | 8 ^ 1)
print(0x1F, 0o17, 0b1011, 1_000_000, (255).bit_length(), (0).bit_length(), (-256).bit_length())
