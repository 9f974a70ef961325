"""Balanced brackets: check, explain, repair, and generate."""

PAIRS = {")": "(", "]": "[", "}": "{"}
OPENING = set(PAIRS.values())


def check(text):
    stack = []
    for i, ch in enumerate(text):
        if ch in OPENING:
            stack.append((ch, i))
        elif ch in PAIRS:
            if not stack:
                return f"unopened {ch!r} at {i}"
            opener, where = stack.pop()
            if opener != PAIRS[ch]:
                return f"{ch!r} at {i} closes {opener!r} at {where}"
    if stack:
        return f"unclosed {stack[-1][0]!r} at {stack[-1][1]}"
    return "ok"


def max_depth(text):
    depth = deepest = 0
    for ch in text:
        if ch in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif ch in ")]}":
            depth -= 1
    return deepest


def generate(n):
    """All balanced strings of n pairs."""
    if n == 0:
        yield ""
        return
    for k in range(n):
        for left in generate(k):
            for right in generate(n - 1 - k):
                yield f"({left}){right}"


def longest_valid(text):
    stack, best = [-1], 0
    for i, ch in enumerate(text):
        if ch == "(":
            stack.append(i)
        else:
            stack.pop()
            if stack:
                best = max(best, i - stack[-1])
            else:
                stack.append(i)
    return best


for text in ["", "()", "([]{})", "(]", "([)]", "((", "())", "a[b{c}(d)]e", "}{"]:
    print(f"{text:12} depth {max_depth(text)}: {check(text)}")
for n in range(5):
    words = list(generate(n))
    print(n, len(words), words[:3])
print(longest_valid(")()())()()("), longest_valid("((())"))
