"""Records what CPython prints for the programs of the test suite.

    python tests/record.py [--check] [PATH...]

Every NAME.py under tests/programs, tests/places, tests/inference and examples (or under the given paths) is run
once, in a fresh folder with a copy of its neighbours' data files and of the folder NAME.files, with NUMBA_DISABLE_JIT=1. Standard output becomes NAME.out. A program that ends with an
uncaught exception also gets NAME.err: the last line of standard error, then `exit STATUS`. With --check nothing
is written and differences are reported.

The pages NAME.md of tests/lang hold programs in ```python blocks: what each prints goes into the ```output block
behind it, and the last line of its traceback is compared with the line's `# raises: TEXT`.

What CPython says of the programs of tests/mistakes goes into tests/mistakes/python.txt, a line each: the place at which its
traceback ends (the column of the carets), and the last line.

NAME.in is what the program has on standard input (nothing, where there is none), and a line `# args: a b` of its header what
it has on the command line.

A program whose header has a line `# limit: ...` shows a documented limit of Quipu (an int beyond 64 bits, say), so
CPython cannot record it: its expectation is written by hand and left alone here.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["tests/programs", "tests/places", "tests/inference", "tests/lang", "tests/mistakes", "examples"]
BLOCK = re.compile(r"```python\n(.*?)```\n(\n```output\n(.*?)```\n)?", re.DOTALL)


def programs(paths):
    for path in map(Path, paths):
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path] * (path.suffix == ".py")
        yield from (p for p in found if not any(part.endswith(".files") for part in p.parts))


def has_limit(path):
    return any(line.startswith("# limit:") for line in path.read_text().splitlines()[:5])


def arguments(path):
    lines = path.read_text().splitlines()[:5]
    return next((line.removeprefix("# args:").split() for line in lines if line.startswith("# args:")), [])


def run(path):
    env = dict(os.environ, NUMBA_DISABLE_JIT="1", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as folder:
        for other in path.parent.iterdir():
            if other == path or (other.is_file() and other.suffix not in (".py", ".out", ".err", ".md")):
                shutil.copy(other, folder)
        own = path.with_suffix(".files")
        if own.is_dir():
            shutil.copytree(own, folder, dirs_exist_ok=True)
        given = path.with_suffix(".in")
        with open(given if given.exists() else os.devnull) as stdin:
            command = [sys.executable, path.name, *arguments(path)]
            done = subprocess.run(command, cwd=folder, env=env, stdin=stdin, capture_output=True, text=True)
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


def page(path):
    """A page with the outputs that its programs have, and what is wrong with their claims."""
    wrong = []

    def one(block):
        text = block.group(1)
        if "# error: [" in text or "# limit; " in text:
            return block.group(0)
        # reveal_type is known to type checkers without an import.
        prelude = "import builtins; builtins.reveal_type = lambda x: x; "
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", prelude + "exec(%r)" % text], cwd=folder, capture_output=True, text=True)
        raised = done.stderr.rstrip().rsplit("\n", 1)[-1] if done.returncode else None
        claimed = re.search(r"# raises: (.*)", text)
        if raised != (claimed and claimed.group(1)):
            wrong.append(f"{path}: {raised} is raised by\n{text}")
        return f"```python\n{text}```\n" + (f"\n```output\n{done.stdout}```\n" if done.stdout else "")

    return BLOCK.sub(one, path.read_text()), wrong


def place(path, stderr):
    """Where a traceback ends in the program itself: line and column, from 1."""
    lines = stderr.splitlines()
    entries = [k for k, l in enumerate(lines) if l.startswith(f'  File "') and f'{path.name}", line ' in l]
    if not entries:
        return "-"
    line = int(re.search(r"line (\d+)", lines[entries[-1]]).group(1))
    source = path.read_text().splitlines()[line - 1]
    column = len(source) - len(source.lstrip())
    carets = lines[entries[-1] + 2] if entries[-1] + 2 < len(lines) else ""
    if "^" in carets and not carets.strip(" ~^"):
        column += carets.index("^") - 4
    return f"{line}:{column + 1}"


def mistakes(folder):
    """What CPython says of each mistake: all lines of python.txt."""
    out = []
    for path in sorted(folder.glob("*.py")):
        stderr = run(path)[2].rstrip("\n")
        out.append(f"{path.stem} {place(path, stderr) if stderr else '-'} {(stderr or 'no error').splitlines()[-1]}\n")
    return "".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("paths", nargs="*", default=[ROOT / f for f in FOLDERS])
    args = parser.parse_args()
    todo = [p for p in programs(args.paths) if not has_limit(p) and p.parent.name != "mistakes"]
    changed = 0
    for folder in map(Path, args.paths):
        if folder.name == "mistakes" and settle(folder / "python.txt", mistakes(folder), args.check):
            changed += 1
            print(f"{'differs' if args.check else 'recorded'}: {folder / 'python.txt'}")
    pages = [p for folder in map(Path, args.paths) for p in (sorted(folder.rglob("*.md")) if folder.is_dir() else [folder])]
    for path in pages:
        if path.suffix == ".md" and path.parent.name == "lang":
            text, wrong = page(path)
            changed += settle(path, text, args.check) or bool(wrong)
            print("\n".join(wrong), end="\n" if wrong else "")
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
