"""Random sums, means and products of views, against NumPy: the last digits show the order of addition.

    python tests/tools/sums.py [--seed N] [--count N]                        check the generator alone
    python tests/tools/sums.py --quipu target/debug/quipu --count 2000       hold quipu against NumPy

A case makes an array of random rank, sizes (1 among them, and sizes about NumPy's buffer of 8192 elements), dtype and
memory order, takes a view of it with gaps, steps and axes from behind, and reduces it over some axes, in another
dtype now and then. Half of the cases have sizes that a compiler cannot know. All digits are printed.
"""
import random
import warnings

import differential

PRELUDE = '''import numpy as np
def numbers(n):
    return ((np.arange(n) * 2654435761) % 1000003)
'''
SIZES = (1, 1, 2, 3, 5, 7, 8, 9, 16, 17, 31, 64, 100, 129, 150, 300, 1000, 2000, 4096, 4100, 5000, 8192, 8500, 20000)
MOST = 60000


class Case:
    def __init__(self, label, body, used):
        self.label, self.body, self.used = label, body, used

    def valid(self, result):
        return result.status == 0

    def smaller(self):
        return iter(())


def render(cases):
    out = [PRELUDE]
    for number, case in enumerate(cases):
        out.append(f"print('case', {number})\n" + case.body)
    return "".join(out)


def make_case(seed, number):
    r = random.Random(f"sums {seed} {number}")
    rank = r.randint(1, 4)
    dims = [r.choice(SIZES) for _ in range(rank)]

    def total():
        n = 1
        for d in dims:
            n *= d
        return n

    while total() > MOST:
        dims[dims.index(max(dims))] //= 2
    perm = list(range(rank))
    if r.random() < 0.4:
        r.shuffle(perm)
    base, view = [], []
    for n in dims:
        kind = r.random()
        if kind < 0.5:
            base.append(n), view.append(":")
        elif kind < 0.6:
            base.append(n), view.append("::-1")
        elif kind < 0.75:
            low, high = r.randint(0, 1), r.randint(0, 2)
            base.append(n + low + high), view.append(f"{low}:{low + n}")
        elif kind < 0.9:
            base.append(2 * n - r.randint(0, 1)), view.append("::2")
        else:
            base.append(n + 2), view.append(f":1:-1")
    hidden = r.random() < 0.5
    lines = []
    if hidden:
        lines.append(f"s = np.array([{', '.join(str(base[p]) for p in perm)}])")
        sizes = [f"int(s[{k}])" for k in range(rank)]
    else:
        sizes = [str(base[p]) for p in perm]
    dtype = r.choice(["float64"] * 3 + ["float32", "complex128", "complex64", "int64", "int32", "bool"])
    elements = {
        "float64": "numbers(n) / 1000003", "float32": "(numbers(n) / 1000003).astype(np.float32)",
        "complex128": "numbers(n) / 1000003 - 1j * (numbers(n) % 7919) / 7919",
        "complex64": "(numbers(n) / 1000003 - 1j * (numbers(n) % 7919) / 7919).astype(np.complex64)",
        "int64": "numbers(n) * 3210987654321", "int32": "numbers(n).astype(np.int32)", "bool": "numbers(n) > 400000",
    }[dtype]
    lines += [f"n = {' * '.join(sizes)}", f"a = ({elements}).reshape({', '.join(sizes)})"]
    if perm != list(range(rank)):
        back = [perm.index(k) for k in range(rank)]
        lines.append(f"a = a.transpose({', '.join(map(str, back))})")
    if any(v != ":" for v in view):
        lines.append(f"a = a[{', '.join(view)}]")
    if r.random() < 0.15:
        lines.append("a = a + a")
    axes = sorted(r.sample(range(rank), r.randint(1, rank)))
    args = []
    if len(axes) < rank or r.random() < 0.3:
        args.append(f"axis={axes[0] if len(axes) == 1 else tuple(axes)}")
    if dtype in ("float32", "int64", "int32", "bool") and r.random() < 0.5:
        args.append("dtype=np.float64")
    if r.random() < 0.15:
        args.append("keepdims=True")
    scalar = len(axes) == rank and "keepdims=True" not in args
    if dtype in ("int64", "int32", "bool") and "dtype=np.float64" not in args:
        name = "mean"
    else:
        name = r.choice(["sum", "sum", "sum", "mean"] + (["std", "prod"] if dtype.startswith("float") and len(args) < 2 and "dtype=np.float64" not in args else []))
    if name == "prod":
        lines.append("a = a + 0.5")
    lines.append(f"b = a.{name}({', '.join(args)})")
    lines.append("print(b)" if scalar else "b = b.ravel()\nfor x in b[:5]:\n    print(x)\nfor x in b[-5:]:\n    print(x)")
    return Case(f"{seed}/{number}", "\n".join(lines) + "\n", [dtype, name, f"rank {rank}", "sizes unknown" if hidden else "sizes known"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    differential.main(make_case, render, __doc__.split("\n")[0])
