"""Flood fill on a list of strings and on a NumPy image; region sizes and perimeters."""
import numpy as np

PICTURE = [
    "aaaabbbb",
    "aacabbcb",
    "aaccbbcc",
    "dddccbbc",
    "ddddcccc",
]


def flood(image, r, c, colour):
    """Fills in place with an explicit stack and returns the number of pixels."""
    old = image[r, c]
    if old == colour:
        return 0
    rows, cols = image.shape
    stack = [(r, c)]
    filled = 0
    while stack:
        r, c = stack.pop()
        if not (0 <= r < rows and 0 <= c < cols) or image[r, c] != old:
            continue
        image[r, c] = colour
        filled += 1
        stack += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
    return filled


def regions(picture):
    rows, cols = len(picture), len(picture[0])
    label = [[-1] * cols for _ in range(rows)]
    result = []

    def visit(r, c, ch, k):
        if r < 0 or c < 0 or r >= rows or c >= cols or picture[r][c] != ch:
            return 0, 1
        if label[r][c] == k:
            return 0, 0
        label[r][c] = k
        area, border = 1, 0
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            more_area, more_border = visit(r + dr, c + dc, ch, k)
            area += more_area
            border += more_border
        return area, border

    for r in range(rows):
        for c in range(cols):
            if label[r][c] < 0:
                result.append((picture[r][c], *visit(r, c, picture[r][c], len(result))))
    return result, label


image = np.array([[ord(ch) - ord("a") for ch in row] for row in PICTURE])
copy = image.copy()
print(flood(copy, 0, 0, 9), flood(copy, 0, 0, 9), flood(copy, 4, 7, 8))
print(copy)
print("changed", int((copy != image).sum()), "left", sorted(set(copy.ravel().tolist())))

found, label = regions(PICTURE)
for name, area, border in found:
    print(f"region {name}: area {area:2}, border {border:2}, price {area * border}")
print(sum(area * border for _, area, border in found))
for row in label:
    print(" ".join(f"{k}" for k in row))
total = sum(area for _, area, _ in found)
assert total == image.size, "every pixel is in one region"
