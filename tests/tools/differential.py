"""What the generators of programs share: running a program under CPython and under quipu, judging, shrinking.

A generator makes *cases*. A case is a list of entry lines (`lines`, each one statement that may span several lines)
and a renderer, `render(numbered_cases) -> source`, joins many cases into one program, so that one process checks
many. When a program's output differs or the compiler refuses it, the batch is split in halves until single cases
are left; a wrong one is shrunk by deleting statements while it stays valid in CPython and wrong in quipu.
"""
import argparse
import collections
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

Result = collections.namedtuple("Result", "stdout last status refusal")


def oracle(source):
    """Runs `source` in this CPython and gives what a process of its own would show."""
    out = io.StringIO()
    last, status = "", 0
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "case.py", "exec"), {"__name__": "__main__"})
        except Exception as e:
            text = str(e)
            last, status = type(e).__name__ + (f": {text}" if text else ""), 1
            last = last.rstrip("\n").rsplit("\n", 1)[-1]
    return Result(out.getvalue(), last, status, None)


def run_quipu(options, tier, source):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.py")
        path.write_text(source)
        command = [options.quipu, "run", "--tier", tier, *options.args.split(), path.name]
        # Nothing of random programs is kept.
        environment = {**os.environ, "QUIPU_CACHE_DIR": ""}
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=options.timeout, errors="replace")
        except subprocess.TimeoutExpired as e:
            return Result((e.stdout or b"").decode(errors="replace"), "timeout", None, None)
    refusal = re.search(r"^error\[([^\]]+)\]", done.stderr, re.M)
    lines = [l for l in done.stderr.splitlines() if not l.startswith("help: ")]
    last = lines[-1] if done.returncode and lines else ""
    return Result(done.stdout, last, done.returncode, refusal and refusal.group(1))


def smaller_statements(statement):
    """Shorter forms of one statement: without a line and what is nested under it, or with that in its place."""
    lines = statement.split("\n")
    depth = [len(line) - len(line.lstrip()) for line in lines]
    for i in range(len(lines)):
        end = i + 1
        while end < len(lines) and depth[end] > depth[i]:
            end += 1
        if 0 < i or end < len(lines):
            yield "\n".join(lines[:i] + lines[end:])
        if end > i + 1:
            shift = depth[i + 1] - depth[i]
            # The clauses of the same statement (else, except) go with their header.
            rest = end
            while rest < len(lines) and lines[rest].lstrip().split(":")[0].split(" ")[0] in ("else", "elif", "except", "finally") and depth[rest] == depth[i]:
                rest += 1
                while rest < len(lines) and depth[rest] > depth[i]:
                    rest += 1
            yield "\n".join(lines[:i] + [line[shift:] for line in lines[i + 1:end]] + lines[rest:])


def smaller_bodies(body):
    """A list of statements without one of them, then with one made smaller."""
    for i in range(len(body)):
        yield body[:i] + body[i + 1:]
    for i in range(len(body)):
        for statement in smaller_statements(body[i]):
            yield body[:i] + [statement] + body[i + 1:]


class Judge:
    """Compares batches of cases on every tier and keeps the counts."""

    def __init__(self, options, render):
        self.options, self.render = options, render
        self.clean = collections.Counter()
        self.wrong = collections.Counter()
        self.refused = collections.Counter()
        self.saved = 0

    def batch(self, cases):
        for tier in self.options.tier:
            self.split(tier, cases)

    def split(self, tier, cases):
        source = self.render(cases)
        want, got = oracle(source), run_quipu(self.options, tier, source)
        if got == want:
            self.clean[tier] += len(cases)
        elif len(cases) > 1:
            half = len(cases) // 2
            self.split(tier, cases[:half])
            self.split(tier, cases[half:])
        elif got.refusal:
            self.refused[tier, got.refusal] += 1
        else:
            self.wrong[tier] += 1
            self.report(tier, self.shrink(tier, cases[0]))

    def is_wrong(self, tier, case):
        source = self.render([case])
        want = oracle(source)
        if not case.valid(want):
            return False
        got = run_quipu(self.options, tier, source)
        return got != want and not got.refusal

    def shrink(self, tier, case):
        changed = True
        while changed:
            changed = False
            for smaller in case.smaller():
                if self.is_wrong(tier, smaller):
                    case, changed = smaller, True
                    break
        return case

    def report(self, tier, case):
        source = self.render([case])
        want, got = oracle(source), run_quipu(self.options, tier, source)
        print(f"\n== wrong on {tier}, case {case.label}")
        print(source)
        print(f"-- CPython (status {want.status})\n{want.stdout}{want.last}")
        print(f"-- quipu (status {got.status})\n{got.stdout}{got.last}")
        if self.options.save:
            folder = Path(self.options.save)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"wrong_{tier}_{self.saved}.py").write_text(source)
            self.saved += 1

    def summary(self):
        for tier in self.options.tier:
            refused = {code: n for (t, code), n in self.refused.items() if t == tier}
            listed = ", ".join(f"{code} {n}" for code, n in sorted(refused.items(), key=lambda kv: -kv[1]))
            print(f"{tier}: {self.clean[tier]} clean, {self.wrong[tier]} wrong, {sum(refused.values())} refused ({listed or 'none'})")
        return 1 if any(self.wrong.values()) else 0


def main(make_case, render, describe):
    parser = argparse.ArgumentParser(description=describe)
    parser.add_argument("--quipu", help="the binary to hold against CPython; without it the generator checks itself")
    parser.add_argument("--tier", action="append", help="tier to run, may be repeated (default: evaluator)")
    parser.add_argument("--args", default="", help="more arguments for `quipu run`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--batch", type=int, default=40, help="cases per process")
    parser.add_argument("--timeout", type=float, default=60.0)
    parser.add_argument("--save", help="folder for the shrunken programs that go wrong")
    parser.add_argument("--show", action="store_true", help="print the programs")
    options = parser.parse_args()
    options.tier = options.tier or ["evaluator"]
    if options.quipu:
        options.quipu = os.path.abspath(options.quipu)
    judge = Judge(options, render)
    used = collections.Counter()
    endings = collections.Counter()
    end = options.first + options.count
    for start in range(options.first, end, options.batch):
        # Every case has its own seed, so one can be made again without those before it.
        cases = [make_case(options.seed, i) for i in range(start, min(start + options.batch, end))]
        for case in cases:
            used.update(case.used)
        source = render(cases)
        if options.show:
            print(source)
        if options.quipu:
            judge.batch(cases)
            print(f"\r{start + len(cases) - options.first} cases", end="", file=sys.stderr)
        else:
            result = oracle(source)
            endings[result.last.split(":")[0] or "clean exit"] += 1
            if not cases[-1].valid(result):
                print(source, result.stdout[-400:], result.last)
                sys.exit("a batch does not end as intended")
            single = [oracle(render([case])) for case in cases[:: max(1, len(cases) // 4)]]
            for result in single:
                endings[result.last.split(":")[0] or "clean exit"] += 1
    if options.quipu:
        print(file=sys.stderr)
        sys.exit(judge.summary())
    print(f"{options.count} cases are valid in CPython; seed {options.seed}")
    print("programs end with:", ", ".join(f"{k} {n}" for k, n in endings.most_common()))
    print("constructs:", ", ".join(f"{k} {n}" for k, n in used.most_common()))
