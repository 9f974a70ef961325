"""The methods of sys.stdin, sys.stdout and sys.stderr, each a function: `stdin_read(n)` is `sys.stdin.read(n)`.

The module `streams` has what the runtime does (see compiler/infer/src/builtins/streams.rs).
"""


def all_arguments():
    """The list that sys.argv is."""
    return [streams.argument(k) for k in range(streams.arguments())]


def stdin_read(size=-1, /):
    """So many characters, or what is left; all that is left without a size."""
    return streams.read_text(-1 if size is None else size)


def stdin_readline(size=-1, /):
    """The next line with its end; an empty text behind the last one."""
    if size is not None and size >= 0:
        tables.refuse("sys.stdin.readline with a size", "read the line, and cut it")
    return streams.read_line()


def stdin_readlines(hint=-1, /):
    """The lines that are left, with their ends."""
    if hint is not None and hint > 0:
        tables.refuse("sys.stdin.readlines with a size", "leave it out, or loop over the lines")
    lines = []
    line = streams.read_line()
    while line:
        lines.append(line)
        line = streams.read_line()
    return lines


def stdin___iter__():
    """The lines that are left, with their ends."""
    line = streams.read_line()
    while line:
        yield line
        line = streams.read_line()


def stdin___next__():
    """The next line."""
    line = streams.read_line()
    if not line:
        raise StopIteration
    return line


def stdout_write(text, /):
    """Writes a text, and gives the number of its characters."""
    if not isinstance(text, str):
        raise TypeError(f"write() argument must be str, not {type(text).__name__}")
    streams.write(text)
    return len(text)


def stdout_writelines(lines, /):
    """Writes texts, with nothing between them."""
    for line in lines:
        streams.write(line)


def stdout_flush():
    """Writes out what waits."""
    streams.flush()


def stderr_write(text, /):
    """Writes a text, and gives the number of its characters."""
    if not isinstance(text, str):
        raise TypeError(f"write() argument must be str, not {type(text).__name__}")
    streams.write_error(text)
    return len(text)


def stderr_writelines(lines, /):
    """Writes texts, with nothing between them."""
    for line in lines:
        streams.write_error(line)


def stderr_flush():
    """Nothing ever waits."""
