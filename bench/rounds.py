"""Runs one benchmark program in a Python that stays: python rounds.py PROGRAM [MODULE]

Everything but the calls of `measure` runs once; those calls run again for every line on standard input, and a line
"done" ends each round. So compilers that work at the first call, and imports, are paid for once, not in each round.
The functions of MODULE, an extension module beside which nothing is changed, take the place of the program's.
"""
import ast
import importlib
import sys

path = sys.argv[1]
tree = ast.parse(open(path).read(), path)


def measures(statement):
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "measure"


setup = ast.Module([s for s in tree.body if not measures(s)], [])
again = ast.Module([s for s in tree.body if measures(s)], [])
names = {"__name__": "__main__"}
exec(compile(setup, path, "exec"), names)
if len(sys.argv) > 2:
    folder, _, module = sys.argv[2].rpartition("/")
    sys.path.insert(0, folder)
    compiled = vars(importlib.import_module(module))
    names.update({n: f for n, f in compiled.items() if n in names and not n.startswith("_")})
code = compile(again, path, "exec")
for _ in sys.stdin:
    exec(code, names)
    print("done", flush=True)
