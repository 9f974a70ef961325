"""Records np.loadtxt, np.load and np.save for tests/files.rs: `python files.py > files.txt`.

A line is a kind, its arguments and the repr of the result ("!Kind: text" for an exception), separated by tabs; backslash,
tab and line ends are escaped. Bytes are hexadecimal.
"""
import io
import warnings

import numpy as np

warnings.simplefilter("ignore")


def escape(s):
    return str(s).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def case(*fields):
    print(*map(escape, fields), sep="\t")


def attempt(f):
    try:
        return repr(f())
    except Exception as e:
        return f"!{type(e).__name__}: {e}"


def text(data, **k):
    def option(v):
        if v is None:
            return "None"
        if isinstance(v, type):
            return np.dtype(v).name
        return ",".join(map(str, np.atleast_1d(v))) if isinstance(v, (int, tuple)) else str(v)

    options = ";".join(f"{key}={option(v)}" for key, v in k.items())
    with open("recorded.tmp", "w", newline="") as file:
        file.write(data)
    case("loadtxt", data, options, attempt(lambda: np.loadtxt("recorded.tmp", **k)))


text("1 2\n3 4\n")
text("1 2\n3\n")
text("1 2\n\n# c\n3\n")
text("1 abc\n")
text("1 2\n# c\n3 x\n")
text("1,2\n3,4", delimiter=",")
text("1,,2", delimiter=",")
text("  1 \n\n 2 # c\n#x\n3")
for ndmin in (0, 1, 2):
    for data in ("", "#a\n", "5", "1 2 3", "1\n2", "1 2\n3 4", "1\n\n\n"):
        text(data, ndmin=ndmin)
for columns in ((0, 2), 1, -1, (0, 5), (0, -4), (2, 0)):
    text("1 2 3\n4 5 6", usecols=columns)
text("1 2 3\n4 5", usecols=0)
text("1 2 3\n4 5", usecols=(0, 2))
for dt in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "float32", "float64", "complex64", "complex128"):
    for data in ("0 1 2", "1.5 2", "300", "-1", "70000", "4294967296", "18446744073709551616", " +12 ", "1e3", "nan inf -inf", "x", "2j 1-2j (3+4e-1j)", "1 +2j"):
        text(data, dtype=dt)
text("1e3 nan inf -inf +5 .5 5. Infinity NaN 1e400 1e-400 0.1 1e22 123456789012345678")
for data in ("1_0", "1d5", "0x10", "++1", "1e", ".", "-", "é 1", "1\u00a02"):
    text(data)
text("a,b\n1,2", delimiter=",", skiprows=1)
text("#h\n\n1 2\n3 4", skiprows=1)
text("1,2\n3,4", delimiter=",", skiprows=5)
text("1 2\n3 4\n5 6", max_rows=2)
text("1 2%c\n3 4", comments="%")
text("1 2//c\n3 4", comments="//")
text("1 2", comments=None)
text("1 # 2", comments=None)
text("1\t2\n3\t4", delimiter="\t")
text("1 ,2\n 3, 4", delimiter=",")
text("  ,1", delimiter=",")
text("   \n1,2", delimiter=",")
text("1,2,\n3,4,", delimiter=",")
text("1,2 # x\n#\n3,4", delimiter=",")
text("1 2\n\n3", delimiter=" ")
text("1  2", delimiter=" ")
text("1 2\r\n3 4\r\n")
text("1 2\r3 4\r")
text('"1",2', delimiter=",")


def load(data):
    with open("recorded.tmp", "wb") as file:
        file.write(data)
    case("load", data.hex(), attempt(lambda: (lambda a: a.astype(a.dtype.newbyteorder("=")))(np.load("recorded.tmp"))))


def saved(a):
    file = io.BytesIO()
    np.save(file, a)
    return file.getvalue()


g = saved(np.arange(3.0))
for data in (g, g[:-3], g[:20], g[:9], g[:8], b"", b"hello world", g[:6] + b"\4\0" + g[8:], g.replace(b"<f8'", b"|O' "), g.replace(b"<f8", b"<zz"),
             g.replace(b"shape", b"shapf"), g.replace(b"(3,)", b"(-3)"), g.replace(b"(3,)", b"3   "), g.replace(b"(3,)", b"(3) "), g.replace(b"<f8", b">f8"),
             g.replace(b"False", b"None "), g + b"extra", g.replace(b"{", b"["), g.replace(b"(3,)", b"(1,3)")):
    load(data)
load(saved(np.arange(6, dtype=">i2").reshape(2, 3)))
load(saved(np.array([1 + 2j, 3], dtype=">c8")))
load(g[:6] + b"\2\0" + g[8:10] + b"\0\0" + g[10:])
load(g[:6] + b"\3\0" + g[8:10] + b"\0\0" + g[10:])
for dt in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "complex64", "complex128"):
    for a in (np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3).T, np.array(5), np.zeros((0, 3)), np.arange(8).reshape(2, 2, 2)[:, ::-1]):
        a = a.astype(dt, order="K", copy=True) if a.strides == () or min(a.strides) >= 0 else np.ascontiguousarray(a).astype(dt)
        data = saved(a)
        load(data)
        base = a.T if a.flags.f_contiguous and not a.flags.c_contiguous else a
        case("save", dt, ",".join(map(str, a.shape)), ",".join(map(str, a.strides)), base.tobytes().hex(), data.hex())
