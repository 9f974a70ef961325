"""Build order from dependencies: Kahn's algorithm and depth-first, with cycle detection."""
from collections import defaultdict, deque

RULES = """
app: core ui net
ui: core gfx
net: core ssl
gfx: math
core: math
ssl: math
docs:
tests: app
"""


class CycleError(ValueError):
    pass


def parse(text):
    graph = {}
    for line in text.strip().splitlines():
        target, _, needed = line.partition(":")
        graph[target.strip()] = needed.split()
    for needed in list(graph.values()):
        for name in needed:
            graph.setdefault(name, [])
    return graph


def kahn(graph):
    missing = {name: len(needs) for name, needs in graph.items()}
    dependants = defaultdict(list)
    for name, needs in graph.items():
        for n in needs:
            dependants[n].append(name)
    ready = deque(sorted(n for n, count in missing.items() if count == 0))
    order = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for d in sorted(dependants[name]):
            missing[d] -= 1
            if not missing[d]:
                ready.append(d)
    if len(order) < len(graph):
        raise CycleError(", ".join(sorted(set(graph) - set(order))))
    return order


def depth_first(graph):
    state, order = {}, []

    def visit(name, chain):
        if state.get(name) == "done":
            return
        if state.get(name) == "open":
            raise CycleError(" -> ".join(chain[chain.index(name):] + [name]))
        state[name] = "open"
        for n in graph[name]:
            visit(n, chain + [name])
        state[name] = "done"
        order.append(name)

    for name in graph:
        visit(name, [])
    return order


def levels(graph):
    depth = {}

    def level(name):
        if name not in depth:
            depth[name] = 1 + max((level(n) for n in graph[name]), default=-1)
        return depth[name]

    for name in graph:
        level(name)
    out = defaultdict(list)
    for name, d in depth.items():
        out[d].append(name)
    return {d: sorted(names) for d, names in sorted(out.items())}


graph = parse(RULES)
for sorter in (kahn, depth_first):
    order = sorter(graph)
    place = {name: i for i, name in enumerate(order)}
    assert all(place[n] < place[name] for name in graph for n in graph[name])
    print(f"{sorter.__name__}: {' '.join(order)}")
print(levels(graph))
graph["math"].append("app")
for sorter in (kahn, depth_first):
    try:
        sorter(graph)
    except CycleError as e:
        print(f"{sorter.__name__}: cycle {e}")
