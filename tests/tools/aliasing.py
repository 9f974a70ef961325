"""Random programs about aliasing, against CPython.

    python tests/tools/aliasing.py [--seed N] [--count N]                      check the generator alone
    python tests/tools/aliasing.py --quipu target/debug/quipu --count 10000    hold quipu against CPython

A case is a function of three arrays, which may be views of each other, of a trip count `n` and a flag `k`; its body
is about 12 statements: views of views, transposes, swaps, overlapping stores, rows bound to names, lists of arrays,
loops over rows that are written, `out=`, branches, calls with overlapping arguments. It is called twice, with other
trips and another overlap of the arguments, and everything that can be reached is printed. All values are integers
of at most 10**6, so sums are exact and text is all that counts. A candidate statement is kept if CPython runs the
function with it, so every program is valid.
"""
import random
import sys
import warnings

import numpy as np

import differential

HELPERS = '''def bump(p, q):
    p[1:] += q[:-1]
    return p
def rotate(p, q, n):
    for i in range(n):
        p[...] = q + 1
        p, q = q, p
    return p
def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t
def mirror(p):
    for i in range(len(p) // 2):
        p[i] += p[-1 - i]
    return p[::-1]
def either(p, k):
    if k > 0:
        return p
    return p + 1
def touch_rows(m, s):
    for r in m:
        r += s
        r[0] = r[-1]
def halves(p, n):
    if n > 0 and len(p) > 1:
        p[0] += p[-1]
        halves(p[1:], n - 1)
'''
LIMIT = 10 ** 6


class Case:
    def __init__(self, label, dtype, calls, body, used):
        self.label, self.dtype, self.calls, self.body, self.used = label, dtype, calls, body, used

    def valid(self, result):
        return result.status == 0

    def smaller(self):
        for body in differential.smaller_bodies(self.body):
            yield Case(self.label, self.dtype, self.calls, body, self.used)
        if len(self.calls) > 1:
            for i in range(len(self.calls)):
                yield Case(self.label, self.dtype, self.calls[:i] + self.calls[i + 1:], self.body, self.used)


def indent(statement, by="    "):
    return "\n".join(by + line for line in statement.split("\n"))


def function(name, body, end):
    return "\n".join([f"def {name}(a, b, c, n, k):"] + [indent(s) for s in body] + [indent(end)]) + "\n"


def shown(env):
    """The line that prints every array and list of arrays that has a name."""
    names = sorted(v for v, x in env.items() if isinstance(x, (np.ndarray, list)))
    return "print(" + ", ".join(names) + ")" if names else "pass"


def helpers(text):
    """The helper functions that `text` calls."""
    blocks = ["def " + block for block in HELPERS.split("def ")[1:]]
    return "".join(block for block in blocks if block.split("(")[0][4:] + "(" in text)


def render(cases):
    out = ["import numpy as np\n", helpers("\n".join(s for case in cases for s in case.body))]
    for i, case in enumerate(cases):
        env = probe(case.dtype, case.calls, case.body)
        out.append(function(f"case{i}", case.body, shown(env[0]) if env else "print(a, b, c)"))
        out.append(f"print('case', {i})\n")
        for setup, call in case.calls:
            out.append(setup.replace("DTYPE", case.dtype) + f"\ncase{i}({call})\nprint(x, y)\n")
    return "".join(out)


GLOBALS = {"np": np}
exec(HELPERS, GLOBALS)


def probe(dtype, calls, body):
    """The local names after each call, or None if the function does not run or leaves the bounds."""
    scope = dict(GLOBALS)
    seen = []
    scope["see"] = seen.append
    scope["print"] = lambda *a: None
    try:
        exec(function("case", body, "see(dict(locals()))"), scope)
        for setup, call in calls:
            exec(setup.replace("DTYPE", dtype), scope)
            exec(f"case({call})", scope)
    except Exception:
        return None
    for env in seen:
        for value in env.values():
            for x in value if isinstance(value, list) else [value]:
                if isinstance(x, np.ndarray) and x.size and (x.size > 40 or x.ndim > 3 or np.abs(x).max() > LIMIT):
                    return None
                if isinstance(value, list) and len(value) > 6:
                    return None
    return seen if len(seen) == len(calls) else None


def make_calls(rng):
    """Two calls: arguments that are fresh arrays and views of each other, of one shape."""
    if rng.random() < 0.45:
        n = rng.choice([4, 5, 6])
        setup = f"x = np.arange({n}, dtype=np.DTYPE)\ny = np.arange({n}, dtype=np.DTYPE) * 3 - 4"
        views = ["x", "y", "x[::-1]", "y[::-1]", "x.copy()"]
    else:
        n = rng.choice([3, 4])
        setup = f"x = np.arange({n * n}, dtype=np.DTYPE).reshape({n}, {n})\ny = x * 2 - 7"
        views = ["x", "y", "x.T", "y.T", "x[::-1]", "x[:, ::-1]", "x.copy()"]
    calls = []
    for _ in range(2):
        if rng.random() < 0.5:
            args = ["x", "y", "x * 0 + 1"]
            rng.shuffle(args)
        else:
            args = [rng.choice(views) for _ in range(3)]
        calls.append((setup, f"{', '.join(args)}, {rng.choice([0, 1, 2, 3])}, {rng.choice([0, 1, 2])}"))
    return calls


class Maker:
    """Draws statements that fit the names and shapes seen so far."""

    def __init__(self, rng, env):
        self.rng = rng
        self.arrays = sorted(v for v, x in env.items() if isinstance(x, np.ndarray))
        self.lists = sorted(v for v, x in env.items() if isinstance(x, list) and x)
        self.env = env

    def any(self):
        return self.rng.choice(self.arrays)

    def other(self, name, names):
        """One of `names`, rarely `name` itself if there are others."""
        others = [v for v in names if v != name]
        return self.rng.choice(others) if others and self.rng.random() < 0.9 else name

    def like(self, name):
        """A name of an array with the same shape."""
        return self.other(name, [v for v in self.arrays if self.env[v].shape == self.env[name].shape])

    def ranked(self, name):
        return self.other(name, [v for v in self.arrays if self.env[v].ndim == self.env[name].ndim])

    def new(self):
        return self.rng.choice(["r", "s", "t", "u", "v", "w"])

    def slice(self, length):
        return self.rng.choice([":", "1:", ":-1", "::2", "::-1", f":{max(1, length - 1)}", "-2:", "1:3", "2:0:-1", ":2"])

    def index(self, name, whole=False):
        """An index expression; with `whole` each axis keeps its length."""
        shape = self.env[name].shape
        if whole:
            return ", ".join(self.rng.choice([":", "::-1"]) for _ in shape) or "..."
        parts = []
        for length in shape:
            parts.append(str(self.rng.randrange(-length, length)) if self.rng.random() < 0.25 and length else self.slice(length))
        if len(parts) > 1 and self.rng.random() < 0.3:
            parts = parts[:1] if self.rng.random() < 0.5 else ["...", parts[-1]]
        return ", ".join(parts) or "..."

    def value(self):
        return str(self.rng.randrange(-9, 10))

    def view(self):
        x = self.any()
        size = self.env[x].size
        shapes = {1: ["-1"], 4: ["2, 2"], 6: ["2, 3", "3, 2"], 9: ["3, 3"], 12: ["3, 4"], 16: ["4, 4", "2, 8"]}.get(size, ["-1"])
        form = self.rng.choice(["i", "i", "i", "i", "T", "copy", "ravel", "reshape", "none", "swap"])
        text = {"i": f"{x}[{self.index(x)}]", "T": f"{x}.T", "copy": f"{x}.copy()", "ravel": f"{x}.ravel()",
                "reshape": f"{x}.reshape({self.rng.choice(shapes)})", "none": f"{x}[None]", "swap": f"{x}.swapaxes(0, -1)"}[form]
        return f"{self.new()} = {text}"

    def store_scalar(self):
        x = self.any()
        return f"{x}[{self.index(x)}] {self.rng.choice(['=', '+=', '-=', '*='])} {self.rng.choice([self.value(), '2', 'n'])}"

    def store_array(self):
        x = self.any()
        y = self.like(x)
        ix = self.index(x)
        iy = self.rng.choice([ix, self.index(y), self.index(y)])
        tail = self.rng.choice(["", "", " + 1", f" - {x}[{ix}]", " * 2"])
        return f"{x}[{ix}] {self.rng.choice(['=', '=', '+=', '-='])} {y}[{iy}]{tail}"

    def store_whole(self):
        x = self.any()
        y = self.like(x)
        return f"{x}[...] = {y}[{self.index(y, True)}] {self.rng.choice(['+ 1', '', '- ' + self.like(x)])}".rstrip()

    def in_place(self):
        x = self.any()
        y = self.rng.choice([self.value(), self.like(x), f"{self.like(x)}[{self.index(x, True)}]", "2", "n"])
        return f"{x} {self.rng.choice(['+=', '-=', '*='])} {y}"

    def bound(self):
        return f"{self.any()} %= 97"

    def rebind(self):
        x = self.any()
        y = self.ranked(x)
        return self.rng.choice([f"{x} = {y}", f"{x} = {y} + 1", f"{x} = {y}.copy()", f"{x}, {y} = {y}, {x}",
                                f"{x} = {y} * 2 - {self.like(y)}"])

    def swap_three(self):
        x = self.any()
        y, z = self.like(x), self.like(x)
        return f"{x}, {y}, {z} = {z}, {x}, {y}"

    def rows(self):
        x = self.any()
        i, j = self.rng.choice([(0, 1), (1, 0), (0, -1), (-1, 1)])
        return self.rng.choice([f"{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}]", f"r0, r1 = {x}[{i}:], {x}[{j}:]\nr0[:1] = r1[:1]",
                                f"{x}[[{i}, {j}]] = {x}[[{j}, {i}]]"])

    def out(self):
        x = self.any()
        y, z = self.like(x), self.like(x)
        f = self.rng.choice(["add", "subtract", "maximum", "minimum"])
        if self.rng.random() < 0.5:
            return f"np.{f}({x}, {y}, out={z})"
        return f"np.{f}({x}[1:], {y}[:-1], out={z}[{self.rng.choice(['1:', ':-1'])}])"

    def method(self):
        x = self.any()
        return self.rng.choice([f"{x}.sort()", f"{x}.fill({self.value()})", f"np.copyto({x}, {self.like(x)})",
                                f"{x}[{x} > 5] = {self.value()}", f"{self.new()} = {x}[[0, 1]]", f"{x}[{x} < 0] += 3"])

    def call(self):
        x = self.any()
        y = self.like(x)
        v = self.new()
        overlap = self.rng.choice([f"{x}, {y}", f"{x}, {x}", f"{x}[1:], {x}[:-1]", f"{x}, {y}[::-1]", f"{x}, {x}.T"])
        return self.rng.choice([f"{v} = bump({overlap})", f"{v} = rotate({overlap}, n)", f"{v} = pick({overlap}, k)",
                                f"{v} = mirror({x})", f"{v} = either({x}, k)", f"touch_rows({x}, {self.value()})", f"halves({x}, n)"])

    def loop(self):
        x = self.any()
        y = self.like(x)
        body = self.rng.choice([
            f"{x}[i] = {y}[i - 1] + {x}[-1 - i]", f"{x}[i] += i\n{x}, {y} = {y}, {x}", f"{x}[1:] += {y}[:-1]",
            f"{y} = {x}\n{x}[i] += 1", f"{x} = {x} + {y}", f"{x}[...] = {y}[::-1]\n{y}[i] = i",
            f"{x}[i] = i\n{y} = {y} - {x}", f"{x} = {x}[::-1]\n{x}[0] += {y}[i]",
            f"if i % 2 == 0:\n    {x}, {y} = {y}, {x}\n{x}[0] += 1",
        ])
        head = self.rng.choice(["for i in range(n):", "for i in range(min(n, 2)):", "for i in range(2):"])
        return head + "\n" + indent(body)

    def while_loop(self):
        x = self.any()
        y = self.like(x)
        i = self.rng.choice(["i", "j"])
        body = self.rng.choice([f"{x}[{i}] += {y}[-1 - {i}]", f"{x}, {y} = {y}, {x}\n{x}[{i}] = 4", f"{y} = {x}\n{y}[{i}] -= 2"])
        return f"{i} = 0\nwhile {i} < n:\n{indent(body)}\n    {i} += 1"

    def loop_rows(self):
        x = self.any()
        y = self.any()
        body = self.rng.choice([f"row += {y}[0]", "row[0] = row[-1]", "row *= 2", "row[:] = row[::-1]", f"{y}[0] += row", f"{x}[0] = row + 1"])
        return f"for row in {x}:\n{indent(body)}"

    def shrinking_view(self):
        x = self.any()
        return f"v = {x}\nfor i in range(min(n, 2)):\n    v = v[1:]\n    v[0] += i + 1"

    def branch(self):
        x = self.any()
        y = self.ranked(x)
        t = self.new()
        return self.rng.choice([
            f"if k > 0:\n    {t} = {x}\nelse:\n    {t} = {y}\n{t}[0] = {self.value()}",
            f"if n > 1:\n    {x}[0] = 1\nelse:\n    {x} = {y}",
            f"{t} = {x} if k == 1 else {y}[::-1]\n{t} += 1",
            f"if k == 2:\n    {x}, {y} = {y}, {x}\n{x}[-1] -= 3",
            f"if k == 0:\n    {t} = {x}\nelif k == 1:\n    {t} = {y}\nelse:\n    {t} = {x} + {y}\n{t}[0] += 5\nprint({x}, {y})",
        ])

    def make_list(self):
        x = self.any()
        return f"xs = [{x}, {self.ranked(x)}, {self.rng.choice([self.ranked(x), self.ranked(x) + '.copy()'])}]"

    def use_list(self):
        if not self.lists:
            return self.make_list()
        xs = self.rng.choice(self.lists)
        x = self.any()
        return self.rng.choice([f"{xs}[0][0] = {self.value()}", f"{xs}[0], {xs}[1] = {xs}[1], {xs}[0]", f"for e in {xs}:\n    e += 1",
                                f"{xs}[n % len({xs})] *= 2", f"{self.new()} = {xs}[-1]", f"{xs}[0] = {xs}[0] + 1",
                                f"{xs}.append({x})", f"for e in {xs}:\n    e[0] = k"])

    def look(self):
        x = self.any()
        return self.rng.choice([f"print({x})", f"print({x}.sum(), {x}.max())", f"print({x} is {self.any()}, {x}.shape)"])

    def statement(self):
        kinds = ["view"] * 5 + ["store_scalar"] * 3 + ["store_array"] * 4 + ["store_whole", "in_place", "in_place", "bound"]
        kinds += ["rebind"] * 3 + ["swap_three", "rows", "rows", "out", "out", "method", "call", "call", "call", "loop", "loop", "loop"]
        kinds += ["while_loop", "loop_rows", "loop_rows", "shrinking_view", "branch", "branch", "make_list", "use_list", "use_list", "look"]
        kind = self.rng.choice(kinds)
        return kind, getattr(self, kind)()


def make_case(seed, number):
    rng = random.Random(f"aliasing {seed} {number}")
    dtype = rng.choice(["float64", "float64", "int64"])
    calls = make_calls(rng)
    body, used = [], []
    envs = probe(dtype, calls, body)
    length = rng.randrange(9, 15)
    for _ in range(200):
        if len(body) == length:
            break
        kind, statement = Maker(rng, envs[0]).statement()
        after = probe(dtype, calls, body + [statement])
        # A name must have one rank and one type whichever call runs.
        if after and all(same_kinds(after[0], env) for env in after):
            body, envs = body + [statement], after
            used.append(kind)
    return Case(f"{seed}/{number}", dtype, calls, body, used)


def same_kinds(left, right):
    def kind(x):
        if isinstance(x, list):
            return "list", sorted({e.ndim for e in x})
        return type(x).__name__, getattr(x, "ndim", 0)
    return left.keys() == right.keys() and all(kind(left[v]) == kind(right[v]) for v in left) and all(
        not isinstance(x, list) or len({e.ndim for e in x}) == 1 for x in left.values())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    differential.main(make_case, render, __doc__.split("\n")[0])
