"""Random programs about aliasing, against CPython.

    python tests/tools/aliasing.py [--seed N] [--count N]                      check the generator alone
    python tests/tools/aliasing.py --quipu target/debug/quipu --count 10000    hold quipu against CPython

A case is a function of three arrays, which may be views of each other, of a trip count `n` and a flag `k`; its body
is about 12 statements: views of views, transposes, swaps, overlapping stores, rows bound to names, lists of arrays,
loops over rows that are written, `out=`, branches, calls with overlapping arguments, objects with arrays in their
fields (the same array in two of them, methods that write through them, fields that are swapped and bound anew, lists
of objects). It is called twice, with other trips and another overlap of the arguments, and everything that can be
reached is printed. All values are integers of at most 10**6, so sums are exact and text is all that counts. A
candidate statement is kept if CPython runs the function with it, so every program is valid.
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
CLASSES = '''class Box:
    def __init__(self, u):
        self.u = u
    def add(self, s):
        self.u += s
    def put(self, q):
        self.u[...] = q
    def tail(self):
        return self.u[1:]
    def renew(self):
        self.u = self.u + 1
    def swap(self, other):
        self.u, other.u = other.u, self.u
class Pair:
    def __init__(self, p, q):
        self.p, self.q = p, q
    def swap(self):
        self.p, self.q = self.q, self.p
    def step(self, n):
        for i in range(n):
            self.p[...] = self.q + 1
            self.p, self.q = self.q, self.p
    def shift(self):
        self.p[1:] += self.q[:-1]
        return self
    def grow(self, n):
        for i in range(n):
            old = self.p
            self.p = self.q
            self.q = old + self.q
            old[0] -= i
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


def fields(x):
    """The fields of an object of the classes above that hold arrays."""
    return {"Box": ["u"], "Pair": ["p", "q"]}.get(type(x).__name__, [])


def arrays_of(x):
    """The arrays that a value reaches."""
    if isinstance(x, np.ndarray):
        return [x]
    parts = x if isinstance(x, list) else [getattr(x, f) for f in fields(x)]
    return [a for part in parts for a in arrays_of(part)]


def shown(env):
    """The lines that print every array that a name reaches."""
    out, loops = [], []
    for v, x in sorted(env.items()):
        if isinstance(x, np.ndarray) or isinstance(x, list) and not any(fields(e) for e in x):
            out.append(v)
        elif fields(x):
            out += [f"{v}.{f}" for f in fields(x)]
        elif isinstance(x, list):
            loops.append(f"for e in {v}:\n    print(" + ", ".join(f"e.{f}" for f in fields(x[0])) + ")")
    return "\n".join(["print(" + ", ".join(out) + ")" if out else "pass"] + loops)


def helpers(text):
    """The helper functions and classes that `text` calls."""
    blocks = ["def " + block for block in HELPERS.split("def ")[1:]]
    blocks += ["class " + block for block in CLASSES.split("class ")[1:]]
    return "".join(block for block in blocks if block.split("(")[0].split(":")[0].split(" ")[1] + "(" in text)


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
exec(HELPERS + CLASSES, GLOBALS)


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
            for x in arrays_of(value):
                if x.size and (x.size > 40 or x.ndim > 3 or np.abs(x).max() > LIMIT):
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
        self.lists = sorted(v for v, x in env.items() if isinstance(x, list) and x and isinstance(x[0], np.ndarray))
        self.boxes = sorted(v for v, x in env.items() if fields(x) == ["u"])
        self.pairs = sorted(v for v, x in env.items() if fields(x) == ["p", "q"])
        self.groups = sorted(v for v, x in env.items() if isinstance(x, list) and x and fields(x[0]) == ["u"])
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

    def field(self):
        """An expression of an array in an object, and that array."""
        if not self.boxes or self.pairs and self.rng.random() < 0.5:
            v, f = self.rng.choice(self.pairs), self.rng.choice(["p", "q"])
        else:
            v, f = self.rng.choice(self.boxes), "u"
        return f"{v}.{f}", getattr(self.env[v], f)

    def fitting(self, array):
        """A name of an array of this shape."""
        return self.rng.choice([v for v in self.arrays if self.env[v].shape == array.shape] or self.arrays)

    def make_object(self):
        x = self.any()
        y = self.like(x)
        box, pair = self.rng.choice(["o", "h"]), self.rng.choice(["g", "d"])
        forms = [f"{box} = Box({x})", f"{box} = Box({x}.copy())", f"{pair} = Pair({x}, {y})", f"{pair} = Pair({x}, {x})",
                 f"{pair} = Pair({x}, {y} + 1)", f"{pair} = Pair({x}[1:], {y}[:-1])"]
        if self.boxes:
            o = self.rng.choice(self.boxes)
            forms += [f"{box} = {o}", f"{box} = Box({o}.u)", f"{pair} = Pair({o}.u, {self.fitting(self.env[o].u)})",
                      f"{box} = {o} if k > 0 else {self.rng.choice(self.boxes)}"]
        if self.pairs:
            g = self.rng.choice(self.pairs)
            forms += [f"{box} = Box({g}.{self.rng.choice('pq')})", f"{pair} = Pair({g}.q, {g}.p)", f"{pair} = {g}.shift()"]
        return self.rng.choice(forms)

    def use_object(self):
        if not self.boxes and not self.pairs:
            return self.make_object()
        at, array = self.field()
        x = self.fitting(array)
        i = ", ".join(self.slice(length) for length in array.shape[:1]) or "..."
        return self.rng.choice([
            f"{at}[{i}] = {self.value()}", f"{at}[{i}] += {x}[{i}]", f"{at} += {x}", f"{at} = {x}", f"{at} = {at} + 1",
            f"{x} = {at}", f"{self.new()} = {at}[{i}]", f"{at}, {x} = {x}, {at}", f"{at} = {at}[::-1]", f"{x}[...] = {at}",
            f"np.add({at}, {x}, out={self.rng.choice([at, x])})", f"for row in {at}:\n    row *= 2", f"print({at} is {x})",
            f"{self.new()} = bump({at}, {x})", f"if k > 0:\n    {at} = {x}\n{at}[0] = {self.value()}",
            f"for i in range(n):\n    {at}[i] += {x}[-1 - i]", f"for i in range(n):\n    {at} = {at} + {x}\n    {x}[0] += i",
            f"for i in range(n):\n    {at}, {x} = {x}, {at}\n    {x}[i] -= 1", f"for i in range(n):\n    {at} = {x}\n    {at}[i] += 2",
        ])

    def method_call(self):
        if not self.boxes and not self.pairs:
            return self.make_object()
        if not self.boxes or self.pairs and self.rng.random() < 0.5:
            g = self.rng.choice(self.pairs)
            return self.rng.choice([f"{g}.swap()", f"{g}.step(n)", f"{g}.shift()", f"{g}.grow(n)", f"{g}.shift().swap()",
                                    f"{g}.p, {g}.q = {g}.q, {g}.p", f"for i in range(n):\n    if i % 2 == 0:\n        {g}.swap()\n    {g}.shift()"])
        o = self.rng.choice(self.boxes)
        x = self.fitting(self.env[o].u)
        h = self.rng.choice(self.boxes)
        return self.rng.choice([f"{o}.add({self.value()})", f"{o}.add({x})", f"{o}.put({x})", f"{self.new()} = {o}.tail()", f"{o}.renew()",
                                f"{o}.swap({h})", f"for i in range(n):\n    {o}.add(i)\n    {o}.swap({h})", f"for i in range(2):\n    {o}.renew()\n    {o}.add({x})",
                                f"if n > 1:\n    {o}.swap({h})\n{o}.add(1)"])

    def make_group(self):
        x = self.any()
        if self.boxes and self.rng.random() < 0.5:
            return f"os = [{self.rng.choice(self.boxes)}, Box({x})]"
        return f"os = [Box({x}), Box({self.like(x)})]"

    def use_group(self):
        if not self.groups:
            return self.make_group()
        os = self.rng.choice(self.groups)
        x = self.fitting(self.env[os][0].u)
        return self.rng.choice([f"{os}[0].add(1)", f"{os}[-1].u[0] = {self.value()}", f"for e in {os}:\n    e.u += 1", f"{os}[n % len({os})].add(2)",
                                f"{os}[0].u = {os}[1].u", f"{os}[0].swap({os}[1])", f"{os}.append(Box({x}))", f"{self.new()} = {os}[0].u",
                                f"for e in {os}:\n    e.u[0] = k", f"{os}[1].renew()", f"o = {os}[n % len({os})]"])

    def look(self):
        x = self.any()
        return self.rng.choice([f"print({x})", f"print({x}.sum(), {x}.max())", f"print({x} is {self.any()}, {x}.shape)"])

    def statement(self):
        kinds = ["view"] * 5 + ["store_scalar"] * 3 + ["store_array"] * 4 + ["store_whole", "in_place", "in_place", "bound"]
        kinds += ["rebind"] * 3 + ["swap_three", "rows", "rows", "out", "out", "method", "call", "call", "call", "loop", "loop", "loop"]
        kinds += ["while_loop", "loop_rows", "loop_rows", "shrinking_view", "branch", "branch", "make_list", "use_list", "use_list", "look"]
        kinds += ["make_object"] * 3 + ["use_object"] * 4 + ["method_call"] * 3 + ["make_group", "use_group", "use_group"]
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
        inner = {type(e).__name__ for e in x} if isinstance(x, list) else set()
        return type(x).__name__, sorted(inner), [a.ndim for a in arrays_of(x)][:1 if isinstance(x, list) else None]
    return left.keys() == right.keys() and all(kind(left[v]) == kind(right[v]) for v in left) and all(
        not isinstance(x, list) or len({a.ndim for a in arrays_of(x)}) == 1 for x in left.values())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    differential.main(make_case, render, __doc__.split("\n")[0])
