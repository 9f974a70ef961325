"""Measures what the automatic tier costs beside LLVM's code from the start, and writes the last table of bench/README.md.

    cargo build --release && python3 bench/tiers.py

Three questions. Steady state: the programs under programs/ with `--tier auto` and `--tier llvm`, in turns; minima of all
rounds. One long loop (tiers/long_loop.py): the time of a slice of it at its end, and when it came within 2 % of that of
LLVM's code. One core busy, and both (tiers/busy.py, on one thread and on two): the whole run with an empty cache, so that
LLVM compiles beside it, and with a warm one, where nothing is left to compile.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
BEGIN, END = "<!-- begin tiers: written by tiers.py -->", "<!-- end tiers -->"


def run(options, tier, program, cache="", threads=2):
    env = {**os.environ, "QUIPU_CACHE_DIR": str(cache)}
    command = [str(options.quipu), "run", "--tier", tier, "--threads", str(threads), program.name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=program.parent, env=env)
    if done.returncode != 0:
        sys.exit(f"{program.name} fails: {done.stderr.strip()[-300:]}")
    return done.stdout


def steady(options):
    """{benchmark: {tier: [seconds]}}"""
    rows = {}
    for _ in range(options.rounds):
        for program in sorted((BENCH / "programs").glob("*.py")):
            if program.stem == "startup":
                continue
            for tier in ("auto", "llvm"):
                for name, seconds in re.findall(r"^time (.*) \d+ (\S+)$", run(options, tier, program), re.M):
                    rows.setdefault(name, {}).setdefault(tier, []).append(float(seconds))
    return rows


def slices(options, tier):
    text = run(options, tier, BENCH / "tiers" / "long_loop.py")
    return [float(t) for t in re.findall(r"^slice (\S+)$", text, re.M)]


def long_loop(options):
    """The last slices over LLVM's, and the milliseconds after which slices were as fast."""
    ratios, reached = [], []
    for _ in range(options.rounds):
        auto, llvm = slices(options, "auto"), slices(options, "llvm")
        best = statistics.median(llvm)
        ratios.append(statistics.median(auto[-20:]) / statistics.median(llvm[-20:]))
        slow = next((k for k, t in enumerate(auto) if t <= 1.02 * best), len(auto))
        reached.append(1e3 * sum(auto[:slow]))
    return statistics.median(ratios), statistics.median(reached), 1e3 * best


def beside(options, threads):
    """Seconds with an empty and with a warm cache, in turns: whole runs spread wider than what is looked for, so many."""
    program = BENCH / "tiers" / "busy.py"
    cold, warm = [], []

    def total(cache):
        return float(re.search(r"^total (\S+)$", run(options, "auto", program, cache, threads), re.M)[1])

    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            total(Path(folder) / "warm")
        for _ in range(4 * options.rounds):
            cold.append(total(Path(folder) / "cold"))
            shutil.rmtree(Path(folder) / "cold", ignore_errors=True)
            warm.append(total(Path(folder) / "warm"))
    return cold, warm


def busy(name, cold, warm):
    """What is said of such runs: the medians, and how the quartiles compare."""
    a, b = statistics.quantiles(cold, n=4), statistics.quantiles(warm, n=4)
    return (
        f"- {name} busy, medians of {len(cold)}: {1e3 * a[1]:.0f} ms with an empty cache, {1e3 * b[1]:.0f} ms with "
        f"a warm one: {a[1] / b[1]:.3f} (lower quartiles {a[0] / b[0]:.3f}, upper {a[2] / b[2]:.3f})"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quipu", default=ROOT / "target" / "release" / "quipu", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    options.quipu = options.quipu.resolve()
    lines = ["| steady state | auto | llvm | auto : llvm |", "|---|---|---|---|"]
    for name, times in steady(options).items():
        auto, llvm = min(times["auto"]), min(times["llvm"])
        lines.append(f"| {name} | {1e3 * auto:.3g} ms | {1e3 * llvm:.3g} ms | {auto / llvm:.3f} |")
    ratio, reached, best = long_loop(options)
    lines += [
        "",
        f"- one long loop: at its end {ratio:.3f} of LLVM's time; as fast after {reached:.0f} ms (a slice takes {best:.1f} ms)",
        *(busy(name, *beside(options, n)) for n, name in ((1, "one core"), (2, "both cores"))),
        f"- rounds: {options.rounds}",
    ]
    text = "\n".join(lines)
    print(text)
    if options.rounds >= 10:
        readme = BENCH / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1])


main()
