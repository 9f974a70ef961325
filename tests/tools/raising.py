"""Random programs about exceptions, against CPython.

    python tests/tools/raising.py [--seed N] [--count N]                     check the generator alone
    python tests/tools/raising.py --quipu target/debug/quipu --count 2000    hold quipu against CPython

A case is a function of a float array, an int array, a list, a string, ints and floats. Its body mixes operations that may raise with
prints and stores, in loops of 0, 1, 2 and more trips, in branches and under try / except / else / finally. It is
called with several arguments; whatever it raises is caught and printed with what it left in the arrays, except at
the end of the program, where the last case's last call is not protected: standard output, the last line of standard
error and the exit status must be CPython's. Ints stay far below 64 bits, and floats are printed only with exact
values.
"""
import random
import warnings

import numpy as np

import differential

KINDS = ("IndexError", "ZeroDivisionError", "ValueError", "AssertionError", "RuntimeError", "OverflowError", "KeyError")
PRELUDE = '''import math
import numpy as np
def item(p, i):
    return p[i]
def put(p, i, v):
    p[i] = v
    return v
def ratio(p, q):
    return p // q
def need(c, m):
    if not c:
        raise ValueError(f"need {m}")
    return m
'''
SETUP = '''f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
'''


class Case:
    def __init__(self, label, calls, body, used):
        self.label, self.calls, self.body, self.used = label, calls, body, used

    def valid(self, result):
        return result.status == 0 or result.last.split(":")[0] in KINDS

    def smaller(self):
        for body in differential.smaller_bodies(self.body):
            yield Case(self.label, self.calls, body, self.used)
        if len(self.calls) > 1:
            for i in range(len(self.calls)):
                yield Case(self.label, self.calls[:i] + self.calls[i + 1:], self.body, self.used)


def indent(statement, by="    "):
    return "\n".join(by + line for line in statement.split("\n"))


def function(name, body):
    end = "print('end', i, k, x)\nreturn k"
    return "\n".join([f"def {name}(f, g, xs, n, k, x):", "    i = 0"] + [indent(s) for s in body] + [indent(end)]) + "\n"


def protected(call):
    handlers = "".join(f"except {kind} as e:\n    print('{kind}:', e)\n" for kind in KINDS)
    return f"try:\n    print({call})\n{handlers}"


def render(cases):
    out = [PRELUDE]
    for number, case in enumerate(cases):
        out.append(function(f"case{number}", case.body))
        out.append(f"print('case', {number})\n")
        for c, args in enumerate(case.calls):
            call = f"case{number}(f, g, xs, {args})"
            last = number == len(cases) - 1 and c == len(case.calls) - 1
            out.append(SETUP + (f"print({call})\n" if last else protected(call)) + "print(f, g, xs)\n")
    return "".join(out)


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.depth = 0

    def number(self):
        return self.rng.choice(["0", "1", "2", "3", "-1", "-4", "5"])

    def int_expr(self):
        r = self.rng
        return r.choice(["k", "i", "n", "k - 1", "i + k", "n - i", "k * 2 - i", "len(xs)", "i % 3", "k + 2", self.number(), "-i", "n - 2"])

    def float_expr(self):
        return self.rng.choice(["x", "x * 2", "x - 1", "x + k", "0.5", "k * 0.25", "i + x", "-x"])

    def index(self):
        return self.rng.choice(["i", "k", "i + k", "i - 1", "k + 2", "n", "-i", "-k - 1", "i * 2", "n - k", self.number()])

    # Statements that may raise.

    def raising(self):
        r, i, e = self.rng, self.index(), self.int_expr()
        return r.choice([
            f"f[{i}] = {self.float_expr()}",
            f"g[{i}] += {e}",
            f"x = f[{i}] + x",
            f"k = (k + xs[{i}]) % 50",
            f"xs[{i}] = k",
            f"k = {e} // ({self.int_expr()})",
            f"k = {e} % ({self.int_expr()})",
            f"x = {self.float_expr()} / ({self.float_expr()})",
            f"x = {e} / ({self.int_expr()})",
            f"k = item(xs, {i})",
            f"x = item(f, {i})",
            f"put(f, {i}, {self.float_expr()})",
            f"put(xs, {i}, {e})",
            f"k = ratio({e}, {self.int_expr()})",
            f"k = need({e} > {self.number()}, k)",
            f"assert {e} != {self.int_expr()}, f\"at {{i}}\"",
            f"assert {e} < 9",
            "k = xs.pop()",
            f"if {e} > {self.int_expr()}:\n    raise {r.choice(KINDS[:2] + KINDS[2:3] + KINDS[4:5])}(f\"k is {{k}}, i is {{i}}\")",
            f"if {e} == {self.int_expr()}:\n    raise ValueError",
            f"f[{r.choice(['1:', ':n', 'k:'])}] += g[{r.choice([':2', ':n', ':'])}]",
            f"f[:] = f + g[{r.choice([':1', ':n', ':k'])}]",
            f"x = f[[0, {self.int_expr()}]].sum()",
            f"g[g > {self.number()}] = f[:n].astype(int)",
            f"x = math.sqrt(({e}) ** 2) + math.sqrt({self.int_expr()} * 0 + {r.choice(['1', '4', '-1 * k * 0 + 9'])})",
            "k = xs.index(k)",
            f"x = f[{r.choice([':n', 'k:', ':k'])}].max()",
            f"k = int(\"{r.choice(['12', '7', 'x', ''])}\")",
        ])

    def quiet(self):
        r = self.rng
        return r.choice([
            "print(i, k, x)", "print('f', f)", "print('g', g[:2], xs)", f"k = ({self.int_expr()}) * 3 % 17", f"x = {self.float_expr()}",
            "k += 1", "k -= 1", "xs.append(k)", f"f[0] = {self.float_expr()}", "g[-1] += 1", "f *= 2", "x = k", "k = int(x) % 40", f"print({self.int_expr()}, {self.float_expr()})",
            "x = x * 0.5",
        ])

    def block(self, least=1):
        self.depth += 1
        count = self.rng.randrange(least, 4)
        text = "\n".join(self.statement()[1] for _ in range(count))
        self.depth -= 1
        return indent(text)

    def loop(self):
        r = self.rng
        head = r.choice(["for i in range(n):", "for i in range(n):", "for i in range(k % 4):", "for i in range(1, n + 1):", "for i in range(2):",
                         "for i in range(n - 1, -2, -1):"])
        body = self.block()
        if r.random() < 0.25:
            word = r.choice(["break", "continue"])
            body += f"\n    if i == {r.choice(['1', 'k'])}:\n        {word}\n" + self.block()
        text = f"{head}\n{body}"
        return text + (f"\nelse:\n{self.block()}" if r.random() < 0.2 else "")

    def while_loop(self):
        return f"w = 0\nwhile w < n:\n    w += 1\n{self.block()}"

    def elements(self):
        head = self.rng.choice(["for e in xs[:3]:\n    k = e", "for e in f:\n    x = float(e)", "for e in g:\n    g[0] = e"])
        return f"{head}\n{self.block()}"

    def branch(self):
        text = f"if {self.int_expr()} {self.rng.choice(['>', '<', '==', '!='])} {self.int_expr()}:\n{self.block()}"
        return text + (f"\nelse:\n{self.block()}" if self.rng.random() < 0.5 else "")

    def attempt(self):
        r = self.rng
        kind = r.choice(["IndexError", "ZeroDivisionError", "ValueError", "(IndexError, ValueError)", "Exception", "ArithmeticError", "LookupError"])
        text = f"try:\n{self.block()}"
        if r.random() < 0.8:
            after = r.choice(["", "", "\n    raise", "\n    return -1", "\n    raise RuntimeError('from handler')"])
            text += f"\nexcept {kind} as e:\n    print('caught', e)\n{self.block()}{after}"
            if r.random() < 0.3:
                text += f"\nelse:\n{self.block()}"
            if r.random() < 0.4:
                text += f"\nfinally:\n    print('finally', k)\n{self.block()}"
        else:
            text += f"\nfinally:\n    print('finally', i)\n{self.block()}"
        return text

    def statement(self):
        kinds = ["raising"] * 6 + ["quiet"] * 6
        if self.depth < 3:
            kinds += ["loop"] * 3 + ["branch", "attempt", "attempt", "while_loop", "elements"]
        kind = self.rng.choice(kinds)
        return kind, getattr(self, kind)()


GLOBALS = {}
exec(PRELUDE, GLOBALS)


class TooLarge(Exception):
    """A value left the bounds in which the text of outputs is exact."""


def trial(calls, body):
    """How each call ends (None or the kind), or None if the program is not one we mean."""
    scope = dict(GLOBALS)
    endings = []

    def check(*values):
        for v in values:
            if isinstance(v, (int, float)) and not isinstance(v, bool) and not (v == v and abs(v) < 1e9 and v * 4096 == int(v * 4096)):
                raise TooLarge
        for v in (scope["f"], scope["g"]):
            if not (np.isfinite(v).all() and (np.abs(v) < 1e9).all() and (v * 4096 == np.floor(v * 4096)).all()):
                raise TooLarge

    scope["print"] = check
    try:
        exec(function("case", body), scope)
        for args in calls:
            exec(SETUP, scope)
            try:
                exec(f"check_result = case(f, g, xs, {args})", scope)
                endings.append(None)
            except Exception as e:
                if type(e).__name__ not in KINDS:
                    return None
                endings.append(type(e).__name__)
            check(scope["xs"][0] if scope["xs"] else 0)
    except Exception:
        return None
    return endings


def make_case(seed, number):
    rng = random.Random(f"raising {seed} {number}")
    calls = [f"{n}, {rng.choice([0, 1, 2, 3])}, {rng.choice(['0.5', '2.0', '1', '0', '-1.5'])}" for n in (0, 1, 2)]
    rng.shuffle(calls)
    body, used = [], []
    length = rng.randrange(3, 8)
    for _ in range(120):
        if len(body) == length:
            break
        kind, statement = Maker(rng).statement()
        endings = trial(calls, body + [statement])
        # A body that always raises early would leave what follows untested: one call at least must go through.
        if endings is not None and (None in endings or len(body) >= length - 2):
            body.append(statement)
            used.append(kind)
            if None not in endings:
                break
    used += [e or "returns" for e in trial(calls, body) or []]
    return Case(f"{seed}/{number}", calls, body, used)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    differential.main(make_case, render, __doc__.split("\n")[0])
