"""Whole random programs (tests/src/random) against CPython: output, exception with its message, and its line.

    cargo build -p quipu-tests --bin random-programs
    python tests/tools/whole.py --quipu target/debug/quipu --count 2000 --save DIR     hold quipu against CPython
    cargo build -p quipu-engine --example serve
    python tests/tools/whole.py --server target/debug/examples/serve --count 200000    the same, without a process each
    python tests/tools/whole.py --record                                               rewrite tests/random.txt

Programs that this CPython does not take (the generator is wrong) are counted apart. What is wrong and what is refused
is shrunk, one program of each kind, by deleting lines while CPython takes the rest and the verdict stays the same.
"""
import argparse
import collections
import contextlib
import io
import multiprocessing
import os
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import differential

ROOT = Path(__file__).resolve().parents[2]
# The generator makes no program that ends so; a shrunken one may.
INVALID = ("SyntaxError", "IndentationError", "NameError", "UnboundLocalError", "TypeError", "AttributeError", "RecursionError", "OverflowError", "MemoryError", "ImportError", "Late")
Outcome = collections.namedtuple("Outcome", "stdout last line")


class Late(Exception):
    """A program runs too long."""


def late(*_):
    raise Late


def oracle(source):
    """What this CPython makes of a program: its output, the last line of standard error, the line that raised."""
    out, last, line = io.StringIO(), "", 0
    signal.signal(signal.SIGALRM, late)
    signal.alarm(5)
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "case.py", "exec"), {"__name__": "__main__"})
        except BaseException as e:
            last = traceback.format_exception_only(type(e), e)[-1].rstrip("\n").rsplit("\n", 1)[-1]
            last = re.sub(r"^__main__\.", "", last)
            frames = [f for f in traceback.extract_tb(e.__traceback__) if f.filename == "case.py"]
            line = frames[-1].lineno if frames else 0
        finally:
            signal.alarm(0)
    return Outcome(out.getvalue(), last, line)


def valid(want):
    return want.last.split(":")[0] not in INVALID


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (5_000_000_000, 5_000_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Server:
    """A process that runs one program after the other (compiler/engine/examples/serve.rs)."""

    # Names and such are kept for as long as a process lives.
    PROGRAMS = 400

    def __init__(self, path):
        self.path, self.process, self.left = path, None, 0
        self.file = tempfile.NamedTemporaryFile(suffix=".py")

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, tier, source, seconds):
        """(status, standard output, standard error); nothing if that took too long."""
        if not self.process or not self.left:
            self.stop()
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=limit, cwd=tempfile.gettempdir())
            self.left = self.PROGRAMS
        self.left -= 1
        Path(self.file.name).write_text(source)
        self.process.stdin.write(f"{tier} {self.file.name}\n".encode())
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            self.stop()
            return None
        head = self.process.stdout.readline().split()
        if len(head) != 3:
            status = self.process.wait()
            self.stop()
            return status, "", f"panicked at the end of the process, with {status}"
        status, out, err = map(int, head)
        return status, *(self.process.stdout.read(n).decode(errors="replace") for n in (out, err))


SERVERS = {}


def run(options, tier, source):
    """(status, standard output, standard error); nothing if that took too long."""
    if options.server:
        if options.server not in SERVERS:
            SERVERS[options.server] = Server(options.server)
        return SERVERS[options.server].run(tier, source, options.timeout)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "case.py").write_text(source)
        command = [options.quipu, "run", "--tier", tier, *options.args.split(), "case.py"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=options.timeout, preexec_fn=limit, env={**os.environ, "QUIPU_CACHE_DIR": ""})
        except subprocess.TimeoutExpired:
            return None
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def verdict(options, tier, source, want):
    """(kind, detail): kind is clean, refused, wrong, crash, late or limit."""
    done = run(options, tier, source)
    if done is None:
        return "late", "", ""
    status, out, err = done
    refusal = re.search(r"^error\[([^\]]+)\]: (.*)", err, re.M)
    if refusal:
        help_ = re.search(r"^help: (.*)", err, re.M)
        text = refusal.group(1) + ": " + refusal.group(2) + (" | " + help_.group(1) if help_ else "")
        return "crash" if refusal.group(1) == "internal" else "refused", re.sub(r"\d+", "N", text), err
    if status not in (0, 1) or "panicked at" in err or "internal error" in err:
        where = re.search(r"panicked at ([^\n]*)|internal error[^\n]*", err)
        return "crash", f"status {status} {where.group(0) if where else ''}", err
    lines = [l for l in err.splitlines() if l and not l.startswith(("help: ", "  "))]
    last = lines[-1] if status and lines else ""
    places = re.findall(r'^  File "case\.py", line (\d+)', err, re.M)
    got = Outcome(out, last, int(places[-1]) if status and places else 0)
    if got == want:
        return "clean", "", ""
    # A documented limit; what was printed before must be right.
    if got.last.startswith("quipu.LimitError") and want.stdout.startswith(got.stdout):
        return "limit", "", ""
    # Standard error has one line of an exception's message.
    what = "stdout" if got.stdout != want.stdout else "exception" if got.last != want.last else "line"
    return "wrong", what, f"-- quipu\n{got.stdout}{got.last} (line {got.line})\n-- CPython\n{want.stdout}{want.last} (line {want.line})"


def shrunk(options, tier, source, kind, detail):
    def still(text):
        want = oracle(text)
        return valid(want) and verdict(options, tier, text, want)[:2] == (kind, detail)

    changed = True
    while changed:
        changed = False
        for smaller in differential.smaller_statements(source):
            if smaller.strip() and still(smaller):
                source, changed = smaller, True
                break
    return source


def check(job):
    options, tier, path = job
    source = Path(path).read_text()
    want = oracle(source)
    if not valid(want):
        return path, tier, "invalid", want.last, "", len(want.stdout)
    kind, detail, text = verdict(options, tier, source, want)
    return path, tier, kind, detail, text, "raises" if want.last else "ends"


def programs(options, folder, first, count):
    subprocess.run([options.programs, str(options.seed), str(first), str(count), folder], check=True)
    return [str(Path(folder, f"{k}.py")) for k in range(first, first + count)]


def fnv(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def recorded(path):
    source = Path(path).read_text()
    want = oracle(source)
    if not valid(want):
        return path, None, want.last
    outcome = f"{want.stdout}\0{want.last}\0{want.line}"
    return path, f"{fnv(source.encode()):016x} {fnv(outcome.encode()):016x}", want.last


def record(options, pool, folder):
    lines = []
    # What is known to be wrong stays marked.
    old = (ROOT / "tests/random.txt").read_text().splitlines()[1:] if (ROOT / "tests/random.txt").exists() else []
    marks = {line.split()[0]: line.split(" ", 2)[2] for line in old if line.count(" ") > 1}
    for path, line, last in pool.imap(recorded, programs(options, folder, 0, options.count), chunksize=20):
        if line is None:
            sys.exit(f"{path}: CPython says {last}")
        mark = marks.get(line.split()[0])
        lines.append(line + (" " + mark if mark else ""))
    text = f"seed {options.seed}\n" + "\n".join(lines) + "\n"
    (ROOT / "tests/random.txt").write_text(text)
    print(f"{len(lines)} programs recorded")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", default=str(ROOT / "target/debug/random-programs"), help="the generator")
    parser.add_argument("--quipu", help="the binary to hold against CPython")
    parser.add_argument("--server", help="the example `serve` of the engine, in place of the binary")
    parser.add_argument("--tier", action="append", help="tier to run, may be repeated (default: evaluator)")
    parser.add_argument("--args", default="", help="more arguments for `quipu run`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=20.0)
    parser.add_argument("--save", help="folder for what goes wrong")
    parser.add_argument("--shrink", type=int, default=1, help="how many of each kind to shrink")
    parser.add_argument("--keep", default="wrong,crash,late,invalid,limit,refused", help="the verdicts to save and shrink")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    options.tier = options.tier or ["evaluator"]
    options.quipu = options.quipu and os.path.abspath(options.quipu)
    options.server = options.server and os.path.abspath(options.server)
    sys.setrecursionlimit(3000)
    with tempfile.TemporaryDirectory() as folder, multiprocessing.Pool(options.jobs) as pool:
        if options.record:
            return record(options, pool, folder)
        counts, kinds, seen = collections.Counter(), collections.defaultdict(list), 0
        block = 1000
        for first in range(options.first, options.first + options.count, block):
            paths = programs(options, folder, first, min(block, options.first + options.count - first))
            jobs = [(options, tier, path) for path in paths for tier in options.tier]
            for path, tier, kind, detail, text, ending in pool.imap_unordered(check, jobs, chunksize=8):
                counts[tier, kind] += 1
                counts[tier, ending] += kind != "invalid"
                if kind != "clean":
                    kinds[kind, detail].append((Path(path).stem, tier))
                    if options.save and kind in options.keep and len(kinds[kind, detail]) <= options.shrink:
                        name = f"{kind}_{len(kinds)}_{Path(path).stem}"
                        out = Path(options.save)
                        out.mkdir(parents=True, exist_ok=True)
                        source = Path(path).read_text()
                        (out / f"{name}.full").write_text(source)
                        if kind not in ("invalid", "late"):
                            source = shrunk(options, tier, source, kind, detail)
                            want = oracle(source)
                            text = verdict(options, tier, source, want)[2]
                        note = f"{kind} {detail}\n{text}"
                        (out / f"{name}.py").write_text(source + "\n" + "".join(f"# {l}\n" for l in note.split("\n")))
            for path in paths:
                os.unlink(path)
            seen += len(paths)
            print(f"\r{seen} programs", end="", file=sys.stderr)
    print(file=sys.stderr)
    for (kind, detail), found in sorted(kinds.items(), key=lambda kv: (kv[0][0], -len(kv[1]))):
        shown = " ".join(sorted({k for k, _ in found}, key=int)[: 3 if kind == "refused" else 20])
        print(f"{len(found):5} {kind} {detail}   e.g. {shown} on {found[0][1]}")
    for tier in options.tier:
        print(f"{tier}: " + ", ".join(f"{n} {k}" for (t, k), n in sorted(counts.items(), key=str) if t == tier))
    return 1 if any(k in ("wrong", "crash", "late") for k, _ in kinds) else 0


if __name__ == "__main__":
    sys.exit(main())
