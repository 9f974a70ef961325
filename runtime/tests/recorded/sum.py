"""Records np.sum's bits for tests/numerics.rs: `python sum.py > sum.txt`.

The data are not recorded: element i of the base array is `value(i)` below, the same sequence as in the test. A line is
dtype, dims of the base (dense), slices `start:step:count` per axis, permutation of the axes, summed axes or "all",
and the result's bytes: their FNV-1a hash.
"""
import numpy as np


def fnv(data):
    h = 0xCBF29CE484222325
    for b in data:
        h = (h ^ b) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{h:016x}"


def base(dtype, shape):
    n = int(np.prod(shape))
    real = dtype in ("float32", "float64")
    i = np.arange(n if real else 2 * n, dtype=np.uint64)
    x = (i * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(11)
    x = x.astype(np.float64) / 2.0**53 - 0.4
    x = x.astype("f4" if dtype in ("float32", "complex64") else "f8")
    return x.view(dtype).reshape(shape)


def case(dtype, shape, slices, axes, summed):
    a = base(dtype, shape)
    index = tuple(slice(start, None if start + step * count < 0 else start + step * count, step) for start, step, count in slices)
    a = a[index].transpose(axes)
    out = np.sum(a, axis=None if summed == "all" else tuple(summed))
    text = ",".join(":".join(map(str, s)) for s in slices)
    print(dtype, ",".join(map(str, shape)), text, ",".join(map(str, axes)),
          summed if summed == "all" else ",".join(map(str, summed)), fnv(np.asarray(out).tobytes()), sep="\t")


for dtype in ("float32", "float64", "complex64", "complex128"):
    for n in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 136, 255, 256, 257, 1000, 1023, 5000, 8191, 8193, 20001]:
        case(dtype, (n,), [(0, 1, n)], (0,), "all")
        if n > 1:
            case(dtype, (n,), [(0, 2, n // 2)], (0,), "all")
            case(dtype, (n,), [(n - 1, -1, n)], (0,), "all")
    for rows, cols in [(10, 20), (60, 50), (50, 300), (3, 5000), (5000, 3), (200, 200), (3, 9000)]:
        for summed in ("all", (0,), (1,)):
            for axes in ((0, 1), (1, 0)):
                # Sums over some axes of a permuted array follow the iterator's own choice of axes; only C order is promised.
                if summed != "all" and axes != (0, 1):
                    continue
                case(dtype, (rows, cols), [(0, 1, rows), (0, 1, cols)], axes, summed)
                case(dtype, (rows, cols + 3), [(0, 1, rows), (2, 1, cols)], axes, summed)
                case(dtype, (rows, cols), [(rows - 1, -1, rows), (0, 1, cols)], axes, summed)
                case(dtype, (rows, cols), [(0, 1, rows), (cols - 1, -1, cols)], axes, summed)
                case(dtype, (rows, 2 * cols), [(0, 1, rows), (0, 2, cols)], axes, summed)
    for shape in [(5, 6, 7), (40, 30, 20)]:
        full = [(0, 1, n) for n in shape]
        part = [(0, 1, n - 1) for n in shape]
        for slices in (full, part):
            for summed in ("all", (0,), (1,), (2,), (0, 1), (1, 2), (0, 2)):
                case(dtype, shape, slices, (0, 1, 2), summed)
            case(dtype, shape, slices, (2, 0, 1), "all")
