"""Random programs about texts, lists, records and handlers, against CPython.

    python tests/tools/texts.py [--seed N] [--count N]                       check the generator alone
    python tests/tools/texts.py --quipu target/debug/quipu --count 1000      hold quipu against CPython

A case is a function of a number, a text and a list. Its statements move texts between names, lists, inner lists, a
dict with constant keys, branches, loops and a recursive function, and raise and handle exceptions in between: what is
counted, shared and freed by age when a `try` fails. It is called four times and prints all that it has left.
"""
import random

import differential

PRELUDE = '''def cut(n, s):
    return s[:3] if n == 0 else cut(n - 1, s) + str(n)
'''
NAMES = ("s", "t", "u")
ERRORS = ("ValueError('v' + s)", "KeyError(t)", "IndexError('i')")
HANDLED = ("ValueError", "KeyError", "(KeyError, IndexError)", "Exception")


def indent(text):
    return "\n".join("    " + line for line in text.split("\n"))


class Maker:
    """Statements of one case."""

    def __init__(self, rng):
        self.rng, self.depth, self.in_loop, self.used = rng, 0, False, []

    def text(self, depth=0):
        """An expression that is a text."""
        pick = self.rng.choice
        name = pick(NAMES)
        forms = [
            name,
            f"{name} + {pick(NAMES)}[:3]",
            f"{name}[-6:]",
            "str(i)" if self.in_loop else "'c'",
            f"'lit{self.rng.randrange(5)}'",
            f"f'{{{name}[:4]}}-{{len({name})}}'",
            f"ys[{pick(['0', '-1', 'len(ys) // 2'])}]",
            f"xs[{self.rng.randrange(2)}]",
            f"d['{pick('ab')}']",
            f"cut(2, {name})",
            f"zz[{self.rng.randrange(2)}][-1]",
        ]
        if depth < 2:
            forms.append(f"({self.text(depth + 1)} if n % 2 else {self.text(depth + 1)})")
        return pick(forms)

    def block(self):
        self.depth += 1
        body = "\n".join(self.statement() for _ in range(self.rng.randrange(1, 4)))
        self.depth -= 1
        return indent(body)

    def statement(self):
        pick, name = self.rng.choice, self.rng.choice(NAMES)
        kinds = ["bind"] * 4 + ["append", "replace", "entry", "nested", "pop", "given", "print", "join", "inner"]
        if self.depth < 3:
            kinds += ["if", "try", "try"] + ([] if self.in_loop else ["for"])
        kind = pick(kinds)
        self.used.append(kind)
        if kind == "bind":
            return f"{name} = {self.text()}[:12]"
        if kind == "append":
            return f"ys.append({self.text()})"
        if kind == "replace":
            return f"ys[{pick(['0', '-1'])}] = {self.text()}"
        if kind == "entry":
            return f"d['{pick('ab')}'] = {self.text()}[:9]"
        if kind == "nested":
            return f"zz[{self.rng.randrange(2)}].append({self.text()})"
        if kind == "inner":
            return f"zz[{self.rng.randrange(2)}] = [{self.text()}, {self.text()}]"
        if kind == "pop":
            return f"{name} = ys.pop() if len(ys) > 2 else {self.text()}"
        if kind == "given":
            return f"xs[{self.rng.randrange(2)}] = {self.text()}[:8]"
        if kind == "print":
            return f"print({self.text()}, {self.text()})"
        if kind == "join":
            return f"{name} = ''.join([q[:2] for q in ys])[:10]"
        if kind == "if":
            test = pick(["n % 2 == 0", "len(s) > 4", "t < u", "len(ys) > 3"])
            other = f"\nelse:\n{self.block()}" if self.rng.random() < 0.6 else ""
            return f"if {test}:\n{self.block()}{other}"
        if kind == "for":
            self.in_loop = True
            body = self.block()
            self.in_loop = False
            leave = "\n    if len(ys) > 5:\n        break" if self.rng.random() < 0.3 else ""
            return f"for i in range({pick(['n', '3', '2'])}):\n{body}{leave}"
        when = pick(["n > 1", "len(t) > 3", "True"])
        body = f"{self.block()}\n    if {when}:\n        raise {pick(ERRORS)}"
        handler = f"    {name} = str(e)[:10]" + (f"\n{self.block()}" if self.rng.random() < 0.5 else "")
        last = f"\nfinally:\n    ys.append({pick(NAMES)})" if self.rng.random() < 0.3 else ""
        return f"try:\n{body}\nexcept {pick(HANDLED)} as e:\n{handler}{last}"


class Case:
    def __init__(self, label, body, used):
        self.label, self.body, self.used = label, body, used

    def valid(self, result):
        return result.status == 0

    def smaller(self):
        for body in differential.smaller_bodies(self.body):
            yield Case(self.label, body, self.used)


def render(cases):
    parts = [PRELUDE]
    for k, case in enumerate(cases):
        body = "\n".join(["t = s + '!'", "u = 'u'", "ys = ['y0', s]", "d = {'a': s, 'k': 1, 'b': 'bb'}", "zz = [['i'], [s]]"]
                         + case.body + ["print(s, t, u, ys, d, zz)", "return t, ys"])
        parts.append(f"def case{k}(n, s, xs):\n{indent(body)}\n")
        parts.append(f"for n in range(4):\n    ws = ['w0', 'w' + str(n)]\n    try:\n        a, b = case{k}(n, 'start' + str(n), ws)\n"
                     f"        print(a, b, ws)\n    except (ValueError, KeyError, IndexError) as e:\n        print('out', e, ws)\n")
    return "".join(parts)


def make_case(seed, number):
    rng = random.Random(f"texts {seed} {number}")
    maker = Maker(rng)
    body = [maker.statement() for _ in range(rng.randrange(4, 9))]
    return Case(f"{seed}/{number}", body, maker.used)


if __name__ == "__main__":
    differential.main(make_case, render, __doc__.split("\n")[0])
