"""Records which attributes CPython's and NumPy's own types have.

    python tests/tools/names.py > compiler/infer/src/names.txt

A line is the type's name in error messages and what `dir` gives for its values, in that order: an attribute that is not
there raises, one that is there but unknown to Quipu is refused, and suggestions ("Did you mean") choose from all.
"""
import builtins

import numpy as np

VALUES = [
    (), [], "", b"", {}, set(), frozenset(), 1, 1.0, True, 1j, None, range(1), slice(1), lambda: 0, len, (x for x in ()),
    enumerate(()), zip(), map(abs, ()), filter(None, ()), reversed([]), np.zeros(1), np.dtype(float), np.sin,
]
VALUES += [type("object", (), {})()]
VALUES += [np.dtype(t).type(0) for t in "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()]

for v in VALUES:
    t = type(v)
    module = "" if t.__module__ == "builtins" else t.__module__ + "."
    # A class of a program: what every object has.
    module = "" if t.__name__ == "object" else module
    name = "numpy.dtype" if isinstance(v, np.dtype) else module + t.__name__
    print(name, *dir(v))
print("builtins", *dir(builtins))
