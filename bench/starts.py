"""Measures how long programs take to start, and writes the second table of bench/README.md.

    cargo build --release && python3 bench/starts.py
    python3 bench/starts.py --rounds 5                   a quick look; fewer than 50 rounds leave README.md alone

Start-up is the wall time of a process less what the program's own statements take in their steady state. Every third of
the users' programs under tests/ is run with an empty cache of Quipu's (a new folder each time: what is kept for the
next run is written in that time) and with a warm one, and by CPython, in turns. Steady state is what `--time` gives as
the program's run with a warm cache, and for CPython the second of two runs in one process. Numba cannot compile these
programs; beside them stands programs/startup.py, which it can, with an empty and with a warm cache (`cache=True`).
A cell is a median, and behind it the 95th percentile. Of all users' programs, with a tenth of the rounds, the table is
followed by the quartiles of the medians.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
USERS = ROOT / "tests" / "programs" / "users"
BEGIN, END = "<!-- begin starts: written by starts.py -->", "<!-- end starts -->"
COLD, WARM, PYTHON = "Quipu, empty cache", "Quipu, warm cache", "CPython"
AIMS = {COLD: 0.040, WARM: 0.015}

# Runs a program twice, and says on the true standard output how long the second time took.
TWICE = """
import io, sys, time
code = compile(open(sys.argv[1]).read(), sys.argv[1], "exec")
out, sys.stdout = sys.stdout, io.StringIO()
for _ in range(2):
    names = {"__name__": "__main__"}
    start = time.perf_counter()
    try:
        exec(code, names)
    except BaseException:
        pass
    took = time.perf_counter() - start
print(took, file=out, flush=True)
"""


def run(command, program, env):
    start = time.perf_counter()
    done = subprocess.run([*map(str, command), program.name], capture_output=True, text=True, cwd=program.parent, env=env)
    return time.perf_counter() - start, done


def quipu(options, program, cache):
    """Start-up of one run, and what it printed; no start-up if it failed."""
    env = {**os.environ, "QUIPU_CACHE_DIR": str(cache)}
    wall, done = run([options.quipu, "run", "--time"], program, env)
    took = re.search(r"^run +([0-9.]+) ms$", done.stderr, re.M)
    return (wall - float(took[1]) / 1e3 if took else None), done.stdout


def users(options, python, every=False):
    """{program: {tool: [seconds]}} of every third program or of all, and the programs that do not run."""
    rows, out = {}, []
    programs = sorted(p for p in USERS.glob("*.py") if every or int(p.name[:2]) % 3 == 1)
    rounds = options.rounds // 10 if every else options.rounds
    steady = {}
    for program in programs:
        expected = program.with_suffix(".out").read_text()
        _, printed = quipu(options, program, "")
        if printed != expected:
            out.append(program.stem)
            continue
        took = [float(run([python, "-c", TWICE], program, None)[1].stdout) for _ in range(3)]
        steady[program] = min(took)
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm"
        for program in steady:
            quipu(options, program, warm)
            # What got hot moves to LLVM and is kept as well; the second run has both.
            quipu(options, program, warm)
        for _ in range(rounds):
            for program in steady:
                cold = Path(folder) / "cold"
                times = rows.setdefault(program.stem, {COLD: [], WARM: [], PYTHON: []})
                times[COLD].append(quipu(options, program, cold)[0])
                shutil.rmtree(cold, ignore_errors=True)
                times[WARM].append(quipu(options, program, warm)[0])
                wall, _ = run([python], program, None)
                times[PYTHON].append(wall - steady[program])
    return rows, out


def numba(options, python):
    """The same for a program that Numba can compile."""
    source = BENCH / "programs" / "startup.py"
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "startup.py"
        program.write_text(source.read_text().replace("@njit\n", "@njit(cache=True)\n"))
        for k in range(options.rounds + 1):
            for name, cache in (("Numba, empty cache", f"cold{k}"), ("Numba, warm cache", "warm")):
                env = {**os.environ, "NUMBA_CACHE_DIR": str(Path(folder) / cache)}
                wall, done = run([python], program, env)
                steady = float(re.search(r"time start-up 1 (\S+)", done.stdout)[1])
                rows.setdefault(name, []).append(wall - steady)
            for name, cache in ((COLD, f"quipu-cold{k}"), (WARM, "quipu-warm")):
                rows.setdefault(name, []).append(quipu(options, source, Path(folder) / cache)[0])
    # The first round fills the warm caches and the system's.
    return {name: seconds[1:] for name, seconds in rows.items()}


def cell(seconds):
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"{1e3 * statistics.median(seconds):.3g} ms, {1e3 * p95:.3g}"


def notes(rows, every, missing, rounds):
    out = [f"- rounds: {rounds}"]
    for tool, aim in AIMS.items():
        medians = {name: statistics.median(times[tool]) for name, times in rows.items()}
        late = [f"{name} ({1e3 * m:.0f} ms)" for name, m in medians.items() if m > aim]
        out.append(f"- {tool}, median over {1e3 * aim:.0f} ms: " + (", ".join(late) if late else "nothing"))
        medians = [statistics.median(times[tool]) for times in every.values()]
        reached = sum(m <= aim for m in medians)
        quartiles = ", ".join(f"{1e3 * q:.0f}" for q in statistics.quantiles(medians, n=4))
        out.append(f"- {tool}, all {len(medians)} programs: at most {1e3 * aim:.0f} ms in {reached}; quartiles {quartiles} ms")
    out.append("- not run by Quipu yet: " + (", ".join(missing) if missing else "nothing"))
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", default=ROOT / "target" / "release" / "quipu", type=Path)
    parser.add_argument("--python", type=Path, default=BENCH / ".venv" / "bin" / "python")
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    options.quipu = options.quipu.resolve()
    for path in (options.quipu, options.python):
        if not path.exists():
            sys.exit(f"{path} is not there: build a release, and run bench/run.py once")
    rows, _ = users(options, options.python)
    tools = [COLD, WARM, PYTHON]
    lines = ["| program | " + " | ".join(tools) + " |", "|---|---|---|---|"]
    lines += [f"| {name} | " + " | ".join(cell(times[t]) for t in tools) + " |" for name, times in rows.items()]
    peers = numba(options, options.python)
    lines += ["", "| programs/startup.py | start-up |", "|---|---|"]
    lines += [f"| {name} | {cell(seconds)} |" for name, seconds in peers.items()]
    every, missing = users(options, options.python, every=True)
    text = "\n".join(lines) + "\n\n" + notes(rows, every, missing, options.rounds)
    print(text)
    if options.rounds >= 50:
        readme = BENCH / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


main()
