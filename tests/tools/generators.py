"""Random programs about generators, against CPython.

    python tests/tools/generators.py [--seed N] [--count N]                     check the generator alone
    python tests/tools/generators.py --quipu target/debug/quipu --count 500     hold quipu against CPython

A case is three generator functions, of which later ones may ask earlier ones, and a function that consumes them: by
`for` with every way to leave it, by the built-ins, by `next`, `zip`, comprehensions and generator expressions, some of
them kept under a name and asked again. Everything prints, so the order of effects shows; bodies raise, return, and catch
around their `yield`s, and some yield views of an array that both sides write. What a call raises is printed.
"""
import random

import numpy as np

import differential

KINDS = ("ValueError", "ZeroDivisionError", "StopIteration", "RuntimeError", "IndexError", "TypeError")
PRELUDE = '''import numpy as np
def show(x):
    print("show", x)
    return x
def need(x, y):
    if x == y:
        raise ValueError(f"need {x}")
    return x
def take(it, n):
    for x in it:
        if n <= 0:
            return
        yield x
        n -= 1
def total(it):
    s = 0
    for x in it:
        s += x
    return s
'''


class Case:
    def __init__(self, label, makers, body, used):
        self.label, self.makers, self.body, self.used = label, makers, body, used

    def valid(self, result):
        return result.status == 0

    def smaller(self):
        for body in differential.smaller_bodies(self.body):
            yield Case(self.label, self.makers, body, self.used)
        for i, maker in enumerate(self.makers):
            for less in differential.smaller_bodies(maker):
                yield Case(self.label, self.makers[:i] + [less] + self.makers[i + 1:], self.body, self.used)


def indent(statement, by="    "):
    return "\n".join(by + line for line in statement.split("\n"))


def functions(prefix, makers, body):
    out = []
    for i, maker in enumerate(makers):
        statements = "\n".join(indent(s) for s in maker)
        # A body without a `yield` is no generator.
        text = f"def g{i}(a, n):\n    k = 0\n{statements}\n    if k > 99:\n        yield k\n    print('end g{i}', k)\n"
        out.append(text)
    statements = "\n".join(indent(s) for s in body)
    out.append(f"def case(a, n):\n    s = 0\n{statements}\n    return s\n")
    text = "".join(out)
    for name in ["case"] + [f"g{i}" for i in range(len(makers))]:
        text = text.replace(f"{name}(", f"{prefix}{name}(")
    return text


def render(cases):
    out = [PRELUDE]
    for number, case in enumerate(cases):
        out.append(functions(f"c{number}_", case.makers, case.body))
        for n in (0, 2, 3):
            handlers = "".join(f"except {kind} as e:\n    print('{kind}:', e)\n" for kind in KINDS)
            out.append(f"print('case', {number}, {n})\na = np.arange(6)\ntry:\n    print(c{number}_case(a, {n}))\n{handlers}print(a)\n")
    return "".join(out)


class Maker:
    def __init__(self, rng, level):
        self.rng, self.level, self.depth, self.loops = rng, level, 0, 0
        # A generator whose end would be asked for later has no `finally`.
        self.closing = rng.random() < 0.3

    def value(self):
        return self.rng.choice(["k", "n", "k + 1", "k * 2 - n", "n - k", "1", "2", "0", "k % 3", "int(a[k % 6])", "show(k)"])

    def block(self, least=1):
        self.depth += 1
        text = "\n".join(self.statement() for _ in range(self.rng.randrange(least, 3)))
        self.depth -= 1
        return indent(text)

    def inner(self):
        r = self.rng
        names = [f"g{i}(a, n)" for i in range(self.level)]
        return r.choice(names + ["range(n)", "[1, 5, k]", "(x * 2 for x in range(n) if x != 1)", "take(range(9), n)", "range(1, 3)"])

    def statement(self):
        r = self.rng
        kinds = ["yield"] * 6 + ["print", "set", "set"]
        if self.depth < 3:
            kinds += ["for"] * 3 + ["while", "if", "if", "from", "try", "raise", "view"]
        if self.depth:
            kinds += ["return", "leave"]
        kind = r.choice(kinds)
        if kind == "yield":
            return r.choice([f"yield {self.value()}", f"yield {self.value()}", f"got = yield {self.value()}\nprint('got', got)"])
        if kind == "print":
            return f"print('in', k, {self.value()})"
        if kind == "set":
            return r.choice(["k += 1", f"k = {self.value()}", "a[k % 6] += 1", "k = need(k, 4) + 1"])
        if kind == "for":
            over = r.choice([self.inner(), "range(n)", "range(2)"])
            self.loops += 1
            body = self.block()
            self.loops -= 1
            text = f"for i{self.depth} in {over}:\n    k = i{self.depth}\n{body}"
            return text + (f"\nelse:\n    print('else', k)" if r.random() < 0.15 else "")
        if kind == "while":
            self.loops += 1
            body = self.block()
            self.loops -= 1
            return f"w{self.depth} = 0\nwhile w{self.depth} < n:\n    w{self.depth} += 1\n{body}"
        if kind == "if":
            text = f"if {self.value()} {r.choice(['>', '==', '<'])} {self.value()}:\n{self.block()}"
            return text + (f"\nelse:\n{self.block()}" if r.random() < 0.5 else "")
        if kind == "from":
            return f"yield from {self.inner()}"
        if kind == "try":
            if self.closing:
                return f"try:\n{self.block()}\nfinally:\n    print('finally', k)"
            catch = r.choice(["ValueError", "ZeroDivisionError", "Exception", "(ValueError, ZeroDivisionError)"])
            text = f"try:\n{self.block()}\nexcept {catch} as e:\n    print('caught', e)\n{self.block() if r.random() < 0.3 else '    k = 0'}"
            return text + (f"\nelse:\n    print('fine', k)" if r.random() < 0.3 else "")
        if kind == "raise":
            return r.choice([
                f"if k == {self.value()}:\n    raise ValueError('from g')", f"k = 7 // ({self.value()})",
                f"if k > {self.value()}:\n    raise StopIteration", f"k = next(iter([k]))",
            ])
        if kind == "view":
            return "v = a[k % 3:k % 3 + 2]\nv += 1\nyield int(v[0])\nv[1] = k"
        if kind == "return":
            return f"if k > {self.value()}:\n    return"
        return f"if k == {self.value()}:\n    {r.choice(['break', 'continue'])}" if self.loops else "k += 2"


class Consumer:
    def __init__(self, rng, makers):
        self.rng, self.makers, self.kept, self.depth = rng, makers, [], 0

    def new(self):
        r = self.rng
        g = f"g{r.randrange(len(self.makers))}(a, n)"
        return r.choice([
            g, g, g, f"(x + 1 for x in {g})", f"(show(x) for x in {g} if x % 2 == 0)", f"take({g}, 2)", f"map(show, {g})",
            f"filter(lambda x: x > 0, {g})", f"(x + y for x in range(n) for y in {g} if x != y)", "(show(x) for x in range(n + 1) if x != 1)",
        ])

    def any(self):
        return self.rng.choice(self.kept) if self.kept and self.rng.random() < 0.4 else self.new()

    def statement(self):
        r = self.rng
        kind = r.choice(["for"] * 5 + ["fold"] * 5 + ["keep"] * 3 + ["next"] * 4 + ["zip", "pairs", "count", "try", "unpack", "while"])
        if kind in ("try",) and self.depth > 1:
            kind = "fold"
        if kind == "for":
            leave = r.choice(["", "", "if x == 1:\n        break", "if x > 2:\n        return x", "if x == 0:\n        continue", "s += need(x, 2)",
                              "if x == 3:\n        raise ValueError('mine')", "a[x % 6] += 1"])
            body = f"    print('x', x)\n" + (f"    {leave}\n" if leave else "") + "    s += x"
            tail = "\nelse:\n    print('else')" if r.random() < 0.2 else ""
            return f"for x in {self.any()}:\n{body}{tail}"
        if kind == "fold":
            it = self.any()
            return r.choice([
                f"print(sum({it}))", f"print(list({it}))", f"print(any(x > 1 for x in {it}))", f"print(all(show(x) < 2 for x in {it}))",
                f"print(max({it}, default=-1))", f"print(min({it}))", f"print(sorted({it}))", f"print(2 in {it})", f"print([x * 2 for x in {it} if x])",
                f"print(','.join(str(x) for x in {it}))", f"s += total({it})", f"print(total(x for x in {it} if x != 1))",
                f"print(np.array(list({it})))", f"print(any({it}))", f"print(list(zip(range(2), {it})))",
            ])
        if kind == "keep":
            name = f"h{len(self.kept)}"
            text = f"{name} = {self.new()}"
            self.kept.append(name)
            return text
        if kind == "next":
            if not self.kept:
                return f"print(next({self.new()}, -9))"
            it = r.choice(self.kept)
            return r.choice([f"print(next({it}, -9))", f"print(next({it}, -9))", f"print(next({it}))", f"s += next({it}, 0)\nprint(s)"])
        if kind == "zip":
            return f"for x, y in zip({self.any()}, {self.any()}):\n    print('xy', x, y)\n    s += x - y" + ("\n    if x > 1:\n        break" if r.random() < 0.4 else "")
        if kind == "pairs":
            it = self.any()
            return f"p = iter({it})\nfor x in p:\n    print('pair', x, next(p, None))"
        if kind == "count":
            return f"for j, x in enumerate({self.any()}, 1):\n    print('j', j, x)\n    s += j"
        if kind == "unpack":
            return f"q, t = {self.new()}\nprint('q', q, t)"
        if kind == "while":
            it = self.any()
            return f"w = {it}\nwhile True:\n    x = next(w, -5)\n    if x == -5 or s > 20:\n        break\n    s += x + 1\n    print('w', x)"
        self.depth += 1
        body = indent(self.statement())
        self.depth -= 1
        return f"try:\n{body}\nexcept (ValueError, ZeroDivisionError) as e:\n    print('out', e)"


def trial(makers, body):
    """Is the program one we mean: short, and of small numbers?"""
    lines = []

    def note(*values):
        lines.append(values)
        if len(lines) > 60 or any(isinstance(v, int) and abs(v) > 10**6 for v in values):
            raise KeyError("too much")

    scope = {"print": note}
    try:
        exec(PRELUDE + functions("", makers, body), scope)
    except SyntaxError:
        return False
    for n in (0, 2, 3):
        try:
            scope["case"](np.arange(6), n)
        except Exception as e:
            if type(e).__name__ not in KINDS:
                return False
    return True


def make_case(seed, number):
    rng = random.Random(f"generators {seed} {number}")
    makers = []
    for level in range(3):
        maker, statements = Maker(rng, level), []
        for _ in range(rng.randrange(1, 4)):
            statement = maker.statement()
            if trial(makers + [statements + [statement]], [f"for x in g{level}(a, n):\n    print(x)"]):
                statements.append(statement)
        makers.append(statements or ["yield n"])
    consumer, body, used = Consumer(rng, makers), [], []
    for _ in range(12):
        if len(body) == 3:
            break
        kept = list(consumer.kept)
        statement = consumer.statement()
        if trial(makers, body + [statement]):
            body.append(statement)
            used.append(statement.split("\n")[0].split("(")[0].split(" ")[0])
        else:
            consumer.kept = kept
    return Case(f"{seed}/{number}", makers, body or ["pass"], used)


if __name__ == "__main__":
    differential.main(make_case, render, __doc__.split("\n")[0])
