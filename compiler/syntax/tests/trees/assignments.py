x = 1
x = y = z = 2
a, b = b, a
a, = b
[a, b] = c
(a, (b, [c, d])), e = f
a, *b, c = d
*a, = b
(*a, b), c = d
[*a] = b
x[0] = x.y = x[1:2].z = 3
x.y[i, j], z = 4
x = *a, *b
x = y,
x: int
x: float = 1.0
x.y: int = 2
x[0]: int = 3
(x): int = 4
x: tuple[int, ...] = 1, 2
x = y = yield_ = 5
x += 1
x -= 1
x *= 2
x /= 2
x //= 2
x %= 2
x **= 2
x @= m
x <<= 1
x >>= 1
x &= 1
x |= 1
x ^= 1
x[1:-1] += c * x[2:]
x.y += 1, 2
(x) += 1
del x
del x, y[0], z.w
del (x, y), [z]
