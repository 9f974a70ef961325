//! Tracebacks name every call, on every tier, as CPython's do.

use quipu_engine::{Engine, Failure, Options, Tier};

/// The traceback of a program that fails.
fn traceback(text: &str, tier: Tier) -> String {
    let engine = Engine::new(Options { tier, threads: Some(1), ..Options::default() });
    let mut program = engine.compile("test.py", text).unwrap_or_else(|e| panic!("{:?}", e.diagnostics));
    match engine.run(&mut program) {
        Err(Failure::Raised { kind, text, trace }) => quipu_engine::traceback(&program.sources, kind, &text, &trace),
        r => panic!("{r:?}"),
    }
}

fn check(text: &str, expected: &str) {
    for tier in [Tier::Evaluator, Tier::Cranelift, Tier::Llvm, Tier::Auto] {
        assert_eq!(traceback(text, tier), expected.trim(), "{tier:?}");
    }
}

#[test]
fn recursion() {
    check(
        "def even(n):\n    return True if n == 0 else odd(n - 1)\ndef odd(n):\n    if n == 1:\n        raise ValueError(f'odd {n}')\n    return even(n - 1)\ndef outer(k):\n    return even(k)\nprint(outer(4))\n",
        "
Traceback (most recent call last):
  File \"test.py\", line 9, in <module>
    print(outer(4))
          ^^^^^^^^
  File \"test.py\", line 8, in outer
    return even(k)
           ^^^^^^^
  File \"test.py\", line 2, in even
    return True if n == 0 else odd(n - 1)
                               ^^^^^^^^^^
  File \"test.py\", line 6, in odd
    return even(n - 1)
           ^^^^^^^^^^^
  File \"test.py\", line 2, in even
    return True if n == 0 else odd(n - 1)
                               ^^^^^^^^^^
  File \"test.py\", line 5, in odd
    raise ValueError(f'odd {n}')
ValueError: odd 1",
    );
}

#[test]
fn raised_again() {
    check(
        "def deep(n):\n    if n == 0:\n        raise ValueError('deep')\n    return deep(n - 1)\ndef again(n):\n    try:\n        return deep(n)\n    except ValueError:\n        raise\n    finally:\n        n = 0\nprint(again(1))\n",
        "
Traceback (most recent call last):
  File \"test.py\", line 12, in <module>
    print(again(1))
          ^^^^^^^^
  File \"test.py\", line 7, in again
    return deep(n)
           ^^^^^^^
  File \"test.py\", line 4, in deep
    return deep(n - 1)
           ^^^^^^^^^^^
  File \"test.py\", line 3, in deep
    raise ValueError('deep')
ValueError: deep",
    );
}

#[test]
fn lines_that_come_again() {
    check(
        "def down(n, xs):\n    if n == 0:\n        return xs[5]\n    return down(n - 1, xs) + 1\nprint(down(6, [1, 2]))\n",
        "
Traceback (most recent call last):
  File \"test.py\", line 5, in <module>
    print(down(6, [1, 2]))
          ^^^^^^^^^^^^^^^
  File \"test.py\", line 4, in down
    return down(n - 1, xs) + 1
           ^^^^^^^^^^^^^^^
  File \"test.py\", line 4, in down
    return down(n - 1, xs) + 1
           ^^^^^^^^^^^^^^^
  File \"test.py\", line 4, in down
    return down(n - 1, xs) + 1
           ^^^^^^^^^^^^^^^
  [Previous line repeated 3 more times]
  File \"test.py\", line 3, in down
    return xs[5]
           ~~^^^
IndexError: list index out of range",
    );
}

/// What a handler dealt with leaves nothing behind.
#[test]
fn exceptions_before() {
    check(
        "def f(n):\n    if n == 0:\n        raise KeyError('a')\n    return f(n - 1)\nfor k in range(3):\n    try:\n        f(k)\n    except KeyError:\n        pass\nprint([1][k])\n",
        "
Traceback (most recent call last):
  File \"test.py\", line 10, in <module>
    print([1][k])
          ~~~^^^
IndexError: list index out of range",
    );
}
