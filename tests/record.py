"""Records what CPython prints for the programs of the test suite.

    python tests/record.py [--check] [PATH...]

Every NAME.py under tests/programs, tests/places, tests/inference and examples (or under the given paths) is run
once, in a fresh folder with a copy of its neighbours' data files, with NUMBA_DISABLE_JIT=1. Standard output becomes NAME.out. A program that ends with an
uncaught exception also gets NAME.err: the last line of standard error, then `exit STATUS`. With --check nothing
is written and differences are reported.

A program whose header has a line `# limit: ...` shows a documented limit of Quipu (an int beyond 64 bits, say), so
CPython cannot record it: its expectation is written by hand and left alone here.
"""
import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["tests/programs", "tests/places", "tests/inference", "examples"]


def programs(paths):
    for path in map(Path, paths):
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def has_limit(path):
    return any(line.startswith("# limit:") for line in path.read_text().splitlines()[:5])


def run(path):
    env = dict(os.environ, NUMBA_DISABLE_JIT="1", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as folder:
        for other in path.parent.iterdir():
            if other == path or (other.is_file() and other.suffix not in (".py", ".out", ".err", ".md")):
                shutil.copy(other, folder)
        done = subprocess.run([sys.executable, path.name], cwd=folder, env=env, capture_output=True, text=True)
    err = None
    if done.returncode != 0:
        err = done.stderr.rstrip("\n").rsplit("\n", 1)[-1] + f"\nexit {done.returncode}\n"
    return done.stdout, err, done.stderr


def settle(target, text, check):
    """Makes `target` hold `text` (None: absent); says whether it had to change."""
    old = target.read_text() if target.exists() else None
    if old == text:
        return False
    if not check and text is None:
        target.unlink()
    elif not check:
        target.write_text(text)
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("paths", nargs="*", default=[ROOT / f for f in FOLDERS])
    args = parser.parse_args()
    todo = [p for p in programs(args.paths) if not has_limit(p)]
    changed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, (out, err, stderr) in zip(todo, pool.map(run, todo)):
            differs = [settle(path.with_suffix(".out"), out, args.check), settle(path.with_suffix(".err"), err, args.check)]
            if any(differs):
                changed += 1
                print(("differs: " if args.check else "recorded: ") + str(path) + (f"  [{err.splitlines()[0]}]" if err else ""))
            if err is None and stderr:
                print(f"note: {path}: {stderr.strip().splitlines()[-1]}")
    print(f"{len(todo)} programs, {changed} {'differ' if args.check else 'changed'}")
    sys.exit(1 if args.check and changed else 0)


main()
