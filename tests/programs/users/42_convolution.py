"""Convolution in one and two dimensions: loops, NumPy slices, separable kernels, image filters."""
import numpy as np


def convolve(x, k):
    out = np.zeros(len(x) + len(k) - 1)
    for i, a in enumerate(x):
        for j, b in enumerate(k):
            out[i + j] += a * b
    return out


def filter2d(image, kernel, mode="edge"):
    kh, kw = kernel.shape
    ph, pw = kh // 2, kw // 2
    padded = np.pad(image, ((ph, ph), (pw, pw)), mode=mode)
    out = np.zeros(image.shape)
    for i in range(kh):
        for j in range(kw):
            out += kernel[i, j] * padded[i:i + image.shape[0], j:j + image.shape[1]]
    return out


def gaussian(size, sigma):
    x = np.arange(size) - size // 2
    g = np.exp(-x**2 / (2 * sigma**2))
    return g / g.sum()


def threshold(image, low, high, marks=".+#"):
    return ["".join(marks[int(v > low) + int(v > high)] for v in row) for row in image]


image = np.zeros((10, 14))
image[2:8, 3:10] = 1.0
image[4:6, 5:12] = 0.5
rows, cols = np.indices(image.shape)
image[(rows - 7) ** 2 + (cols - 11) ** 2 <= 4] = 2.0

kernels = {
    "sobel": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "box": np.ones((3, 3)) / 9,
}
for name, kernel in kernels.items():
    result = filter2d(image, kernel)
    print(f"{name:8} min {result.min():.3f} max {result.max():.3f} sum {result.sum():.3f}")
gx = filter2d(image, kernels["sobel"])
gy = filter2d(image, kernels["sobel"].T)
edges = np.hypot(gx, gy)
print(*threshold(edges, 0.5, 3.0), sep="\n")

g = gaussian(5, 1.0)
both = filter2d(filter2d(image, g[:, None]), g[None, :])
at_once = filter2d(image, np.outer(g, g))
print(np.allclose(both, at_once), g.round(4))

signal = [1, 2, 3, 4]
print(convolve(signal, [1, 0, -1]), np.convolve(signal, [1, 0, -1]))
print(np.allclose(convolve(signal, g), np.convolve(signal, g)))
p, q = np.array([1, -3, 2]), np.array([1, 4])
print("polynomial product", convolve(p, q).astype(int).tolist())
moving = np.convolve(np.arange(10) ** 2, np.ones(3) / 3, mode="valid")
print(moving.round(3))
