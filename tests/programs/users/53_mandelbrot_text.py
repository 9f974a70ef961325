"""The Mandelbrot set and a Julia set in characters: complex numbers, floats and arrays."""
import numpy as np

SHADES = " .:-=+*#%@"


def escape(c, limit=50):
    z = 0j
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit


def escape_floats(cx, cy, limit=50):
    x = y = 0.0
    for n in range(limit):
        if x * x + y * y > 4.0:
            return n
        x, y = x * x - y * y + cx, 2 * x * y + cy
    return limit


def mandelbrot(width, height, limit=50):
    x = np.linspace(-2.2, 0.8, width)
    y = np.linspace(-1.2, 1.2, height)
    c = x[None, :] + 1j * y[:, None]
    z = np.zeros_like(c)
    counts = np.full(c.shape, limit)
    alive = np.ones(c.shape, dtype=bool)
    for n in range(limit):
        gone = alive & (np.abs(z) > 2)
        counts[gone] = n
        alive &= ~gone
        z[alive] = z[alive] ** 2 + c[alive]
    return counts


def julia_row(y, width, c, limit):
    row = []
    for i in range(width):
        z = complex(-1.6 + 3.2 * i / (width - 1), y)
        n = 0
        while abs(z) <= 2 and n < limit:
            z = z**2 + c
            n += 1
        row.append(n)
    return row


width, height, limit = 62, 17, 50
picture = []
for j in range(height):
    y = -1.2 + 2.4 * j / (height - 1)
    line = ""
    for i in range(width):
        x = -2.2 + 3.0 * i / (width - 1)
        n = escape_floats(x, y, limit)
        line += SHADES[-1] if n == limit else SHADES[n * (len(SHADES) - 1) // limit]
    picture.append(line)
print("\n".join(picture))

counts = mandelbrot(width, height, limit)
print("inside:", (counts == limit).sum(), "of", counts.size)
print("same as text:", all((row == limit).sum() == line.count("@") for row, line in zip(counts, picture)))
print([escape(c) for c in (0, 1, -1, 0.3 + 0.5j, -0.75 + 0.1j, 2j)])
for j in range(9):
    row = julia_row(1.2 - 2.4 * j / 8, 50, -0.4 + 0.6j, 20)
    print("".join(SHADES[min(n, 18) // 2] for n in row))
histogram = np.bincount(counts.ravel(), minlength=limit + 1)
print(histogram[:12], int(histogram.argmax()))
