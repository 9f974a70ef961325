"""Measures Quipu side by side with CPython + NumPy and Numba, and writes the tables of bench/README.md.

    cargo build --release && python3 bench/run.py
    python3 bench/run.py --rounds 2 --only jacobi        a quick look; fewer than 20 rounds leave README.md alone

On first use a virtual environment bench/.venv gets numpy, numba and cython from PyPI. Every program under programs/ runs
unchanged under all tools: CPython with NUMBA_DISABLE_JIT=1, CPython with Numba, `quipu run --tier llvm`, and the same
with --unchecked. Those that cython/ has with C types run with these functions in CPython, too. A program warms up, times up to 20 calls (fewer if they take seconds) and prints the fastest. The tools
take turns for 20 rounds, so that all see the same machine; CPython and Numba keep their processes from round to round
(rounds.py), a round of Quipu is a process. A cell is the minimum over all rounds; a tool that needs long for a
program takes part in fewer. A ratio is that of the minima, with the middle half of the ratios of single rounds in
brackets. Results are compared too: a wrong answer has no time.

Start-up is measured with `quipu run`, as users call it: for programs/startup.py the wall time of the process less one
call in its steady state, for the other programs and the examples the wall time less what `--time` gives as the
program's run, that is, everything before the first statement and after the last.
"""
import argparse
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
VENV = BENCH / ".venv"
# A tool that has spent this many seconds on a program sits out its further rounds.
SLOW = 25.0
BEGIN, END = "<!-- begin table: written by run.py -->", "<!-- end table -->"
PYTHON, NUMBA, CYTHON, QUIPU, UNCHECKED = "CPython + NumPy", "Numba", "Cython", "Quipu", "Quipu, unchecked"
AIM = 0.040


def environment():
    """The Python of bench/.venv, which is made if it is not there."""
    python = VENV / "bin" / "python"
    if not python.exists():
        print("making bench/.venv with numpy, numba and cython", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "numpy", "numba", "cython", "setuptools"], check=True)
    return python


def parse(lines):
    """{name: seconds} and {name: result} of a program's output."""
    times, results = {}, {}
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "time":
            name, _, seconds = rest.rsplit(" ", 2)
            times[name] = float(seconds)
        elif kind == "result":
            name, value = rest.rsplit(" ", 1)
            results[name] = float(value)
    return times, results


class Resident:
    """A Python that runs the rounds of one program."""

    def __init__(self, python, program, env, module=None):
        command = [str(python), str(BENCH / "rounds.py"), str(program), *([str(module)] if module else [])]
        env = {**os.environ, "PYTHONWARNINGS": "ignore", **env}
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self):
        lines = []
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
            for line in self.process.stdout:
                if line == "done\n":
                    break
                lines.append(line.rstrip())
        except BrokenPipeError:
            pass
        return parse(lines)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def cythonized(python, name):
    """The extension module made of cython/NAME.pyx, outside of the source tree."""
    folder = VENV / "cython"
    folder.mkdir(exist_ok=True)
    shutil.copy(BENCH / "cython" / f"{name}.pyx", folder / f"{name}_cython.pyx")
    build = [str(Path(python).parent / "cythonize"), "--inplace", "--quiet", f"{name}_cython.pyx"]
    subprocess.run(build, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return folder / f"{name}_cython"


class Processes:
    """A command that runs the program anew in each round."""

    def __init__(self, command, program):
        self.command = [*map(str, command), str(program)]

    def round(self):
        done = subprocess.run(self.command, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{self.command} ended with {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return parse(done.stdout.splitlines())

    def close(self):
        pass


def tools(options, python, program):
    out = {}
    if not options.only_quipu:
        out[PYTHON] = Resident(python, program, {"NUMBA_DISABLE_JIT": "1"})
        out[NUMBA] = Resident(python, program, {})
        if (BENCH / "cython" / f"{program.stem}.pyx").exists():
            out[CYTHON] = Resident(python, program, {"NUMBA_DISABLE_JIT": "1"}, cythonized(python, program.stem))
    command = [options.quipu, "run", "--tier", options.tier]
    out[QUIPU] = Processes(command, program)
    out[UNCHECKED] = Processes([*command, "--unchecked"], program)
    return out


def duration(seconds):
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def ratio(over, under):
    """The ratio of minima of two lists of rounds, with the middle half of the rounds' ratios."""
    singles = [a / b for a, b in zip(over, under)]
    spread = ""
    if len(singles) >= 4:
        low, _, high = statistics.quantiles(singles, n=4)
        spread = f" [{low:.3g}, {high:.3g}]"
    return f"{min(over) / min(under):.3g}{spread}"


def table(rows, names):
    """The Markdown table of {benchmark: {tool: [seconds of each round]}}."""
    out = ["| " + " | ".join(["benchmark", *names, "Quipu : Numba", "checked : unchecked"]) + " |"]
    out.append("|" + "---|" * (3 + len(names)))
    for bench, cells in rows.items():
        line = [bench] + [duration(min(cells[n])) if cells.get(n) else "" for n in names]
        for a, b in ((QUIPU, NUMBA), (QUIPU, UNCHECKED)):
            line.append(ratio(cells[a], cells[b]) if cells.get(a) and cells.get(b) else "")
        out.append("| " + " | ".join(line) + " |")
    return "\n".join(out)


def notes(rows, starts, rounds):
    """What the tables amount to, against the aims."""
    def best(bench, tool):
        cells = rows.get(bench, {}).get(tool)
        return min(cells) if cells else None

    out = [f"- rounds: {rounds}"]
    slices, loops = "jacobi_2d as slices, 350 x 350 x 80", "jacobi_2d as loops, 350 x 350 x 80"
    for tool in (PYTHON, NUMBA, QUIPU):
        if best(slices, tool) and best(loops, tool):
            out.append(f"- jacobi_2d, slices over loops, {tool}: {best(slices, tool) / best(loops, tool):.2f}")
    # Less than a hundredth is not told apart here.
    slower = [b for b in rows if best(b, QUIPU) and best(b, NUMBA) and best(b, QUIPU) > 1.01 * best(b, NUMBA)]
    out.append("- slower than Numba: " + ("; ".join(slower) if slower else "nothing"))
    primes = [b for b in rows if "primes" in b and best(b, QUIPU) and best(b, PYTHON)]
    gains = [f"{b} {best(b, PYTHON) / best(b, QUIPU):.1f}" for b in primes]
    out.append("- times CPython: " + "; ".join(gains))
    missing = [b for b in rows if not best(b, QUIPU)]
    out.append("- without a result from Quipu: " + ("; ".join(missing) if missing else "nothing"))
    both = [(best(b, QUIPU), best(b, UNCHECKED)) for b in rows]
    both = [a / b for a, b in both if a and b]
    if both:
        cost = math.exp(sum(map(math.log, both)) / len(both))
        out.append(f"- cost of checks, geometric mean: {100 * (cost - 1):.1f} %")
    late = [name for name, seconds in starts.items() if min(seconds) > AIM]
    if starts:
        out.append(f"- start-up over {duration(AIM)}: " + ("; ".join(late) if late else "nothing"))
    return "\n".join(out)


def start_ups(options):
    """{program: [seconds of each round]}: what a process takes beside the program's own work."""
    programs = sorted((BENCH / "programs").glob("*.py")) + sorted((ROOT / "examples").glob("*/*.py"))
    out = {}
    for _ in range(options.rounds):
        for program in programs:
            command = [str(options.quipu), "run", "--time", program.name]
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, cwd=program.parent)
            wall = time.perf_counter() - start
            run = re.search(r"^run +([0-9.]+) ms$", done.stderr, re.M)
            if done.returncode != 0 or not run:
                continue
            steady = float(run[1]) / 1e3
            if program.stem == "startup":
                steady = parse(done.stdout.splitlines())[0]["start-up"]
            out.setdefault(str(program.relative_to(ROOT)), []).append(wall - steady)
    return out


def start_table(starts):
    out = ["| program | start-up | median |", "|---|---|---|"]
    for name, seconds in starts.items():
        out.append(f"| {name} | {duration(min(seconds))} | {duration(statistics.median(seconds))} |")
    return "\n".join(out)


def machine(python):
    cpu = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        names = (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
        cpu = next(names, cpu)
    versions = "import sys, numpy, numba; print('CPython', sys.version.split()[0] + ', NumPy', numpy.__version__ + ', Numba', numba.__version__)"
    text = subprocess.run([str(python), "-c", versions], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} threads of {cpu}; {text}."


def steady(options, python, program, rows):
    """The rounds of one program; gives how many results differed."""
    running = tools(options, python, program)
    reference, wrong = {}, 0
    patience = dict.fromkeys(running, SLOW)
    for _ in range(options.rounds):
        for name, tool in running.items():
            if patience[name] <= 0:
                continue
            start = time.perf_counter()
            times, results = tool.round()
            patience[name] -= time.perf_counter() - start
            for bench, value in results.items():
                if not math.isclose(value, reference.setdefault(bench, value), rel_tol=1e-12):
                    print(f"{bench}: {name} gives {value}, others {reference[bench]}", file=sys.stderr)
                    times.pop(bench, None)
                    wrong += 1
            for bench, seconds in times.items():
                rows.setdefault(bench, {}).setdefault(name, []).append(seconds)
    for tool in running.values():
        tool.close()
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", default=ROOT / "target" / "release" / "quipu", type=Path)
    parser.add_argument("--tier", default="llvm", help="of the steady state")
    parser.add_argument("--python", type=Path, help="a Python that has numpy and numba, instead of bench/.venv")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="only programs whose name contains this; README.md stays as it is")
    parser.add_argument("--only-quipu", action="store_true", help="without the peers; README.md stays as it is")
    options = parser.parse_args()
    # Programs are compiled anew in each run.
    os.environ["QUIPU_CACHE_DIR"] = ""
    options.quipu = options.quipu.resolve()
    if not options.quipu.exists():
        sys.exit(f"{options.quipu} is not there: run `cargo build --release` or give --quipu")
    python = sys.executable if options.only_quipu else options.python or environment()
    rows, wrong = {}, 0
    for program in sorted((BENCH / "programs").glob("*.py")):
        if options.only in program.stem and program.stem != "startup":
            wrong += steady(options, python, program, rows)
            print(f"{program.stem} done", file=sys.stderr)
    starts = {} if options.only else start_ups(options)
    names = [QUIPU, UNCHECKED] if options.only_quipu else [PYTHON, NUMBA, CYTHON, QUIPU, UNCHECKED]
    parts = [machine(python), table(rows, names), start_table(starts) if starts else "", notes(rows, starts, options.rounds)]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    readme = BENCH / "README.md"
    if not options.only and not options.only_quipu and options.rounds >= 20:
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])
    sys.exit(1 if wrong else 0)


main()
