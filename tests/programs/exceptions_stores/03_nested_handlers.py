def visit(graph, node, state, order):
    if state.get(node) == 1:
        raise ValueError(f"cycle at {node}")
    if state.get(node) == 2:
        return
    state[node] = 1
    for n in graph[node]:
        try:
            visit(graph, n, state, order)
        except KeyError as e:
            order.append(f"missing {e}")
    state[node] = 2
    order.append(node)


for graph in ({"a": ["b", "c"], "b": ["c"], "c": []}, {"a": ["b"], "b": ["a"]}, {"a": ["x", "b"], "b": []}):
    state, order = {}, []
    try:
        visit(graph, "a", state, order)
        print("ok", order, state)
    except ValueError as e:
        print(e, order, state)


def retry(xs, n):
    try:
        xs.append(n)
        if n % 2:
            raise ValueError(n)
        if n == 0:
            return "done"
        return retry(xs, n - 1)
    except ValueError as e:
        xs.append(-n)
        if n > 4:
            raise
        return f"caught {e}"
    finally:
        xs.append(100 + n)


for n in (4, 5, 7, 0):
    xs = []
    try:
        print(retry(xs, n), xs)
    except ValueError as e:
        print("ValueError", e, xs)
xs = []
retry(xs, 9)
