"""Measures Quipu side by side with CPython + NumPy and Numba, and writes the table of bench/README.md.

    cargo build --release && python3 bench/run.py
    python3 bench/run.py --rounds 2 --only jacobi        a quick look; README.md is left alone

On first use a virtual environment bench/.venv gets numpy and numba from PyPI. Every program under programs/ runs
unchanged under all three: CPython with NUMBA_DISABLE_JIT=1, CPython with Numba, and `quipu run`. A program warms up,
times up to 20 calls (fewer if they take seconds) and prints the fastest; the processes alternate for some rounds,
so that all tools see the same machine. A cell is the minimum over all rounds; a tool that needs
more than a minute for a program takes part in fewer. A ratio is that of the minima, with
the range of the ratios of single rounds in brackets. Results are compared too: a wrong answer has no time.
"""
import argparse
import math
import os
import platform
import shlex
import subprocess
import sys
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
VENV = BENCH / ".venv"
# A tool that has spent this many seconds on a program sits out its further rounds.
SLOW = 60.0
BEGIN, END = "<!-- begin table: written by run.py -->", "<!-- end table -->"


def environment():
    """The Python of bench/.venv, which is made if it is not there."""
    python = VENV / "bin" / "python"
    if not python.exists():
        print("making bench/.venv with numpy and numba", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "numpy", "numba"], check=True)
    return python


def tools(options):
    """Name, command and additional environment of each tool, in the order of a round."""
    python = options.python or environment()
    out = [
        ("CPython + NumPy", [python], {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}),
        ("Numba", [python], {"PYTHONWARNINGS": "ignore"}),
    ]
    if not options.without_quipu:
        command = [options.quipu, "run", "--tier", options.tier, *shlex.split(options.args)]
        out.append(("Quipu", command, {}))
        usage = subprocess.run([options.quipu, "run", "--help"], capture_output=True, text=True)
        if "--unchecked" in usage.stdout + usage.stderr:
            out.append(("Quipu, unchecked", command + ["--unchecked"], {}))
    return out


def run(command, env, program):
    """Runs a program; gives {name: (calls, seconds)}, {name: result}, and the wall time of the process."""
    start = time.perf_counter()
    done = subprocess.run([*map(str, command), program], env={**os.environ, **env}, capture_output=True, text=True)
    wall = time.perf_counter() - start
    times, results = {}, {}
    for line in done.stdout.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "time":
            name, calls, seconds = rest.rsplit(" ", 2)
            times[name] = (int(calls), float(seconds))
        elif kind == "result":
            name, value = rest.rsplit(" ", 1)
            results[name] = float(value)
    if done.returncode != 0:
        print(f"{Path(program).name}: {command[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return times, results, wall


def duration(seconds):
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def ratio(over, under):
    """The ratio of minima of two lists of rounds, with its spread."""
    singles = [a / b for a, b in zip(over, under)]
    return f"{min(over) / min(under):.3g} [{min(singles):.3g}, {max(singles):.3g}]"


def table(rows, names):
    """The Markdown table of {benchmark: {tool: [seconds of each round]}}."""
    extra = ["Quipu : Numba"] if "Quipu" in names else ["Numba : CPython"]
    if "Quipu, unchecked" in names:
        extra.append("checked : unchecked")
    out = ["| " + " | ".join(["benchmark", *names, *extra]) + " |", "|" + "---|" * (1 + len(names) + len(extra))]
    for bench, cells in rows.items():
        line = [bench] + [duration(min(cells[n])) if cells.get(n) else "none" for n in names]
        pairs = [("Quipu", "Numba")] if "Quipu" in names else [("Numba", "CPython + NumPy")]
        if "Quipu, unchecked" in names:
            pairs.append(("Quipu", "Quipu, unchecked"))
        line += [ratio(cells[a], cells[b]) if cells.get(a) and cells.get(b) else "" for a, b in pairs]
        out.append("| " + " | ".join(line) + " |")
    return "\n".join(out)


def notes(rows, names):
    """What the table amounts to, against the aims."""
    def best(bench, tool):
        cells = rows.get(bench, {}).get(tool)
        return min(cells) if cells else None

    out = []
    slices, loops = "jacobi_2d as slices, 350 x 350 x 80", "jacobi_2d as loops, 350 x 350 x 80"
    for tool in names:
        if best(slices, tool) and best(loops, tool):
            out.append(f"- jacobi_2d, slices over loops, {tool}: {best(slices, tool) / best(loops, tool):.2f}")
    if "Quipu" in names:
        slower = [b for b in rows if b != "start-up" and best(b, "Quipu") and best(b, "Numba") and best(b, "Quipu") > best(b, "Numba")]
        out.append("- slower than Numba: " + (", ".join(slower) if slower else "nothing"))
        missing = [b for b in rows if not best(b, "Quipu")]
        out.append("- without a result from Quipu: " + (", ".join(missing) if missing else "nothing"))
    both = [(best(b, "Quipu"), best(b, "Quipu, unchecked")) for b in rows if b != "start-up"]
    both = [a / b for a, b in both if a and b]
    if both:
        out.append(f"- cost of checks, geometric mean: {math.exp(sum(map(math.log, both)) / len(both)):.3f}")
    return "\n".join(out)


def machine(python):
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine()) \
        if os.path.exists("/proc/cpuinfo") else platform.machine()
    versions = "import sys, numpy, numba; print('CPython', sys.version.split()[0] + ', NumPy', numpy.__version__ + ', Numba', numba.__version__)"
    text = subprocess.run([str(python), "-c", versions], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} threads of {cpu}; {text}."


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", default=ROOT / "target" / "release" / "quipu", type=Path)
    parser.add_argument("--tier", default="llvm")
    parser.add_argument("--args", default="", help="more arguments for `quipu run`")
    parser.add_argument("--python", type=Path, help="a Python that has numpy and numba, instead of bench/.venv")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only programs whose name contains this; README.md is left alone")
    parser.add_argument("--without-quipu", action="store_true", help="the peers alone; README.md is left alone")
    options = parser.parse_args()
    if not options.without_quipu and not options.quipu.exists():
        sys.exit(f"{options.quipu} is not there: run `cargo build --release` or give --quipu")
    running = tools(options)
    names = [name for name, _, _ in running]
    rows = {}
    wrong = 0
    for program in sorted((BENCH / "programs").glob("*.py")):
        if options.only not in program.stem:
            continue
        reference = {}
        patience = {name: SLOW for name in names}
        for _ in range(20 if program.stem == "startup" else options.rounds):
            for name, command, env in running:
                if patience[name] <= 0:
                    continue
                times, results, wall = run(command, env, program)
                patience[name] -= wall
                for bench, value in results.items():
                    if not math.isclose(value, reference.setdefault(bench, value), rel_tol=1e-12):
                        print(f"{bench}: {name} gives {value}, {names[0]} {reference[bench]}", file=sys.stderr)
                        times.pop(bench, None)
                        wrong += 1
                for bench, (_, seconds) in times.items():
                    cell = rows.setdefault(bench, {}).setdefault(name, [])
                    cell.append(wall - seconds if bench == "start-up" else seconds)
        print(f"{program.stem} done", file=sys.stderr)
    text = "\n".join([machine(options.python or environment()), "", table(rows, names), "", notes(rows, names)])
    print(text)
    readme = BENCH / "README.md"
    if not options.only and not options.without_quipu:
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])
    sys.exit(1 if wrong else 0)


main()
