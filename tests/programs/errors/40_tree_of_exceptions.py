# The tree of Python's exceptions: what a handler of a class catches.
kinds = [
    FileNotFoundError("gone"),
    OSError(2, "No such file"),
    OSError("plain"),
    OSError(99, "unknown"),
    PermissionError(13, "Permission denied"),
    ConnectionResetError("reset"),
    TimeoutError(),
    SyntaxError("bad syntax"),
    TabError("tabs"),
    EOFError(),
    UnicodeError("u"),
    StopAsyncIteration("s"),
    UserWarning("w"),
    DeprecationWarning("d"),
    BufferError("b"),
    ReferenceError("r"),
]
for e in kinds:
    try:
        raise e
    except (FileNotFoundError, PermissionError) as e:
        print("file", repr(e), e)
    except ConnectionError as e:
        print("connection", type(e).__name__, e)
    except OSError as e:
        print("os", type(e).__name__, e, isinstance(e, TimeoutError))
    except SyntaxError as e:
        print("syntax", type(e).__name__, e, isinstance(e, IndentationError))
    except (Warning, ValueError) as e:
        print("warning or value", type(e).__name__, isinstance(e, Warning))
    except Exception as e:
        print("other", type(e).__name__, e)
try:
    raise GeneratorExit
except BaseException as e:
    print(type(e).__name__, isinstance(e, Exception))
print(issubclass(FileNotFoundError, OSError), issubclass(TabError, SyntaxError), IOError is OSError)
print(issubclass(UnicodeError, ValueError), issubclass(KeyboardInterrupt, Exception))
try:
    try:
        raise KeyboardInterrupt("outer")
    except Exception:
        print("never")
except KeyboardInterrupt as e:
    print("interrupt", e)
raise SyntaxError("the last one")
