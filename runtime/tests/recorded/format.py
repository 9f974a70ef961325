"""Records what CPython and NumPy print, for tests/format.rs: `python format.py > format.txt`.

One case a line, fields separated by tabs, the last one what is printed ("!Kind: text" for an exception);
backslash, tab and newline are escaped. Values are written as the hexadecimal bytes that hold them.
"""
import random
import struct
import sys

import numpy as np

random.seed(20)
rng = np.random.default_rng(20)


def escape(s):
    return s.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def case(*fields):
    out = "\t".join(escape(str(f)) for f in fields)
    try:
        out.encode()
    except UnicodeEncodeError:
        return
    sys.stdout.write(out + "\n")


def attempt(f):
    try:
        return f()
    except Exception as e:
        return f"!{type(e).__name__}: {e}"


def bits(x):
    return struct.pack("<d", x).hex()


special = [0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 0.3, 1e15, 1e16, 1e17, 9999999999999998.0, 1e-4, 1e-5, 9.9999e-5,
           5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 123456789.0, 1e22, 1e23, 4.35, 0.000123,
           float("inf"), float("-inf"), float("nan"), 1 / 3, 2 / 3, 100.0, 1e5, 999999.5, 0.045, 1234567.891, 2251799813685248.25, 1125899906842624.125, 2251799813685249.75, 9007199254740991.0, 2.0**-25, 3 * 2.0**-27, 5 * 2.0**-24]
floats = list(special)
for _ in range(150):
    floats.append(struct.unpack("<d", random.randbytes(8))[0])
    floats.append(random.uniform(-10, 10))
    floats.append(round(random.uniform(-1e6, 1e6), random.randrange(6)))
    floats.append(random.choice([-1, 1]) * 10.0 ** random.randrange(-30, 30))
for x in floats:
    case("float", bits(x), repr(x))
for _ in range(200):
    re, im = random.choice(floats), random.choice(floats)
    case("complex", bits(re), bits(im), repr(complex(re, im)))
for s in ["", "a", "it's", 'say "hi"', "both ' and \"", "tab\there\nnew\rret\\", "\x00\x1f\x7f\x80\xa0\xad", "é漢字🎉", "\u200b\u2028\ufeff",
          "\ue000\U000e0001\U0010ffff", "\u0378 \u0300", "\u3000"]:
    case("str", s.encode().hex(), repr(s))

# Format specifications.
specs = ["", "d", "5", "<8", ">8", "^9", "*^9", "=+8", "+", " ", "-", "x", "X", "#x", "#X", "o", "#o", "b", "#b", "#010b", "08x", ",", "_", "_x",
         "_b", "#_b", "015,", "012_x", "+,", "c", "5c", "n", "e", ".2e", "E", "f", ".0f", ".3f", "F", "g", ".3g", ".10g", "G", "%", ".1%", ".2", ".0",
         ".17", "10.3f", "010.3f", "+.2f", " .3e", "<12.4g|"[:-1], "^+12.2f", ",.2f", "_.3f", "020,.2f", "#.0f", "#g", "#.3g", "#", "#.0e", "z.1f", "z",
         "s", "10s", ".3s", "^10s", "05", "=5", "q", "10dd", ".", ",_", "_,", ",x", ",n", "_n", ".3d", "+c", "#c", "é", "é>5", "0=10", "<010", "1,", ".99999999999",
         "99999999999999999999", "1000", ".60f", ".100g", "zd", "+s", "#s", "-s", " s", "_s", ",c", "=10.2f", "x<7.1f", ">+10,.1f", "0,", "07.2%", " .17", "é> 12"]
for spec in specs:
    for x in [0, 1, -1, 65, 255, 1234567, -1234567, 2**63 - 1, -(2**63), 0x1F389, 10**12]:
        case("format_int", x, spec, attempt(lambda: format(x, spec)))
    for x in special + random.sample(floats, 6):
        case("format_float", bits(x), spec, attempt(lambda: format(x, spec)))
    for s in ["", "abc", "hé漢字"]:
        case("format_str", s, spec, attempt(lambda: format(s, spec)))
    for x in [True, False]:
        case("format_bool", int(x), spec, attempt(lambda: format(x, spec)))
    for re, im in [(1.0, 2.0), (0.0, -1.5), (-0.0, 0.0), (1e20, float("nan")), (-2.5, float("-inf"))]:
        case("format_complex", bits(re), bits(im), spec, attempt(lambda: format(complex(re, im), spec)))

# NumPy scalars.
dtypes = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "complex64", "complex128"]


def scalars(dt):
    dt = np.dtype(dt)
    if dt.kind in "biu":
        out = list(np.frombuffer(rng.bytes(dt.itemsize * 5), "uint8" if dt.kind == "b" else dt))
        if dt.kind == "b":
            out = [np.bool_(0), np.bool_(1)]
        else:
            out += [np.iinfo(dt).max, np.iinfo(dt).min, 0, 1]
        return np.array(out, dt)
    real = "f4" if dt.itemsize == (4 if dt.kind == "f" else 8) else "f8"
    with np.errstate(all="ignore"):
        xs = np.array(special + [1e6, 999999.0, 1e7, 16777216.0, 3021216.25, 3021217.75, 131073.0625, 465.015625, 2.0**-12, 3.4e38, 1e-45, 0.0001, 0.00011], "f8").astype(real)
        xs = np.concatenate([xs, rng.normal(size=20).astype(real), (10.0 ** rng.uniform(-20, 20, 20)).astype(real),
                             np.frombuffer(rng.bytes(xs.itemsize * 20), real)])
        if dt.kind == "f":
            return xs
        z = xs.astype(dt)
        z.imag = rng.permutation(xs)
        return z


for dt in dtypes:
    for x in scalars(dt):
        case("scalar", dt, x.tobytes().hex(), str(x), repr(x))


# Arrays.
def array(a, **options):
    base = np.ascontiguousarray(a)
    strided = a.base is not None and a.size < 500 and a.base.size < 2000 and isinstance(a.base, np.ndarray)
    offset, strides, data = 0, base.strides, base.tobytes()
    if strided:
        b = a.base
        data, strides = b.tobytes("A"), a.strides
        offset = a.__array_interface__["data"][0] - b.__array_interface__["data"][0]
        assert b.flags.contiguous
    with np.printoptions(**options):
        text = ";".join(f"{k}={v}" for k, v in options.items())
        case("array", a.dtype, ",".join(map(str, a.shape)), ",".join(map(str, strides)), offset, data.hex(), text, str(a), repr(a))


def values(dt, n):
    dt = np.dtype(dt)
    if dt.kind == "b":
        return rng.integers(0, 2, n).astype(dt)
    if dt.kind in "iu":
        info = np.iinfo(dt)
        style = rng.integers(3)
        if style == 0:
            return rng.integers(info.min, info.max, n, dtype=dt, endpoint=True)
        return rng.integers(max(info.min, -10), 100 if style == 1 else 10, n).astype(dt)

    def reals():
        style = rng.integers(10)
        with np.errstate(all="ignore"):
            if style == 0:
                x = rng.normal(size=n)
            elif style == 1:
                x = np.round(rng.normal(size=n) * 100, rng.integers(4))
            elif style == 2:
                x = np.arange(n) * 1.0
            elif style == 3:
                x = 10.0 ** rng.uniform(-12, 12, n)
            elif style == 4:
                x = rng.uniform(0, 1000, n)
            elif style == 5:
                x = rng.normal(size=n) * 1e-6
            elif style == 6:
                x = rng.normal(size=n) * 10.0 ** rng.integers(5, 120)
            elif style == 7:
                x = rng.choice(np.array([0, -0.0, 1, np.nan, np.inf, -np.inf, 0.5, 1e-3, 2.25]), n)
            elif style == 8:
                x = rng.choice(np.array([1, 2.5, np.nan, -3.125, 1000, 0.1]), n)
            else:
                x = rng.integers(-5, 5, n) / 4
            return x.astype("f4" if dt.itemsize == (4 if dt.kind == "f" else 8) else "f8")

    if dt.kind == "f":
        return reals()
    z = reals().astype(dt)
    z.imag = reals()
    return z


for dt in dtypes:
    for shape in [(), (0,), (0, 3), (2, 0), (1,), (2,), (5,), (11,), (17,), (40,), (1, 1), (2, 3), (3, 2), (1, 12), (4, 9), (2, 2, 2), (2, 1, 3),
                  (2, 2, 2, 2), (1, 1, 1, 1, 2), (1,) * 16, (2, 0, 3)]:
        for _ in range(1 if 0 in shape else 4 if np.dtype(dt).kind in "fc" else 2):
            array(values(dt, int(np.prod(shape))).reshape(shape))
    a = values(dt, 48)
    array(a[::2])
    array(a[::-3])
    array(a.reshape(6, 8).T)
    array(a.reshape(6, 8)[1:4, ::-2])
    array(a.reshape(2, 4, 6).transpose(2, 0, 1)[:, 1])
    array(np.broadcast_to(a[:5], (3, 5)).copy())
for dt in ["bool", "int8", "int64", "float32", "float64", "complex64"]:
    array(values(dt, 1001))
    array(values(dt, 1000).reshape(1000, 1) if dt == "bool" else values(dt, 1200).reshape(1200, 1))
    array(values(dt, 1024).reshape(32, 32))
    array(values(dt, 1020).reshape(2, 510))
    array(values(dt, 1008).reshape(4, 7, 36))
    array(values(dt, 1210).reshape(11, 11, 10)[::1])
array(np.arange(1000))
array(np.arange(1001))
array(np.arange(1001.0))
for options in [dict(precision=3), dict(precision=0), dict(precision=15), dict(suppress=True), dict(suppress=True, precision=4), dict(linewidth=40),
                dict(linewidth=10), dict(sign="+"), dict(sign=" "), dict(floatmode="fixed"), dict(floatmode="fixed", precision=3), dict(floatmode="unique"),
                dict(floatmode="maxprec_equal"), dict(floatmode="maxprec_equal", precision=4), dict(nanstr="NotANumber", infstr="oo"), dict(nanstr="ñ"),
                dict(threshold=5, edgeitems=1), dict(threshold=0, edgeitems=2), dict(threshold=10, edgeitems=4), dict(sign=" ", floatmode="fixed", precision=2)]:
    for dt in ["int16", "uint8", "float32", "float64", "complex64", "complex128", "bool"]:
        for shape in [(), (1,), (7,), (13,), (3, 5), (2, 3, 4)]:
            array(values(dt, int(np.prod(shape))).reshape(shape), **options)
