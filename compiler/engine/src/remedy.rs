//! What to write instead, for exceptions that ended a program.
//!
//! An exception has CPython's and NumPy's words and stays what it is; this is a line behind the traceback. What inference
//! knew (the names that an object has, a function's parameters) comes as hints; the rest follows from the text, because
//! each of NumPy's messages is about one kind of mistake.

use crate::Failure;
use quipu_abi::ErrorKind;
use quipu_diagnostics::Span;
use quipu_infer::{Hint, closest};
use quipu_runtime::text::exception_str;

/// The hint for an exception of this text, raised where the trace ends.
fn hint<'h>(hints: &'h [Hint], text: &str, trace: &[(Span, String)]) -> Option<&'h Hint> {
    let (at, _) = trace.last()?;
    hints.iter().find(|h| h.span == *at && h.text == text)
}

/// Adds what CPython suggests to the text of an exception that nothing caught.
pub(crate) fn suggest(failure: Failure, hints: &[Hint]) -> Failure {
    match failure {
        Failure::Raised { kind: kind @ ErrorKind::AttributeError, text, trace } => {
            let meant = hint(hints, &text, &trace).and_then(|h| h.meant.as_ref());
            let text = match meant {
                Some(name) => format!("{text}. Did you mean: '{name}'?"),
                None => text,
            };
            Failure::Raised { kind, text, trace }
        }
        f => f,
    }
}

/// One phrase for a `help:` line, if there is a natural remedy.
pub fn remedy(hints: &[Hint], kind: ErrorKind, text: &str, trace: &[(Span, String)]) -> Option<String> {
    if let Some(h) = hint(hints, text, trace) {
        return h.help.clone();
    }
    by_text(kind, exception_str(text))
}

/// Messages by what they contain, all parts in this order; the first row that fits.
const REMEDIES: &[(ErrorKind, &[&str], &str)] = &[
    (
        ErrorKind::ValueError,
        &["operands could not be broadcast together"],
        "sizes are compared from the right and must be equal or 1; `a[:, None]` adds an axis of size 1",
    ),
    (
        ErrorKind::ValueError,
        &["mismatch in its core dimension"],
        "the last axis of the left operand must be as long as the first of the right one; `b.T` swaps axes",
    ),
    (
        ErrorKind::ValueError,
        &["shapes ", "not aligned"],
        "the last axis of the left operand must be as long as the first of the right one",
    ),
    (
        ErrorKind::ValueError,
        &["non-broadcastable output operand"],
        "an operator in place keeps the shape: `a = a + b` makes a new array",
    ),
    (
        ErrorKind::ValueError,
        &["could not broadcast input array from shape"],
        "what is stored must have the shape of its target, or sizes of 1",
    ),
    (
        ErrorKind::IndexError,
        &["too many indices for array"],
        "an array takes one index per axis; `a.reshape(..)` and `a[:, None]` make more axes",
    ),
    (
        ErrorKind::IndexError,
        &["boolean index did not match"],
        "a mask is as long as the axis that it selects from: compare that array",
    ),
    (
        ErrorKind::ValueError,
        &["cannot reshape array of size"],
        "the sizes of the new shape must multiply to the old size",
    ),
    (
        ErrorKind::ValueError,
        &["all the input array dimensions except for the concatenation axis"],
        "`axis=` chooses the axis; all others must have the same size",
    ),
    (
        ErrorKind::ValueError,
        &["all the input arrays must have same number of dimensions"],
        "add an axis with `a[None, :]`, or give all arrays one rank",
    ),
    (
        ErrorKind::ValueError,
        &["truth value of an array"],
        "combine masks by `&`, `|` and `~`, with parentheses around comparisons; `.any()` and `.all()` make one bool",
    ),
    (
        ErrorKind::UFuncTypeError,
        &["Cannot cast ufunc"],
        "an operator in place keeps the dtype: write `a = a + b`, or make `a` an array of floats",
    ),
    (ErrorKind::ValueError, &["inhomogeneous shape"], "all rows of an array are equally long"),
    (
        ErrorKind::AttributeError,
        &["type object '", "has no attribute"],
        "fields belong to objects of the class: `a = A(..)`, then `a.x`",
    ),
    (ErrorKind::TypeError, &["'NoneType' object is not"], NONE),
    (ErrorKind::TypeError, &["unsupported operand", "'NoneType'"], NONE),
    (ErrorKind::TypeError, &["not supported between", "'NoneType'"], NONE),
    (ErrorKind::TypeError, &["unsupported operand", "'builtin_function_or_method'"], CALL),
    (ErrorKind::TypeError, &["unsupported operand", "'function'"], CALL),
    (ErrorKind::TypeError, &["unsupported operand", "'method'"], CALL),
    (
        ErrorKind::TypeError,
        &["can only concatenate str"],
        "`str(x)` makes text of a value; an f-string takes any: `f\"{x}\"`",
    ),
    (ErrorKind::TypeError, &["unsupported operand", "'str'"], NUMBER),
    (ErrorKind::TypeError, &["not supported between", "'str'"], NUMBER),
    (
        ErrorKind::TypeError,
        &["can only concatenate list"],
        "`+ [x]` and `.append(x)` add an element; an array adds to each: `np.array(..)`",
    ),
    (
        ErrorKind::TypeError,
        &["can't multiply sequence by non-int"],
        "a whole number repeats; an array multiplies each element: `np.array(..)`",
    ),
    (
        ErrorKind::TypeError,
        &["unsupported operand", "'list'"],
        "arrays have arithmetic, lists have not: `np.array(..)`",
    ),
    (ErrorKind::TypeError, &["'list' object is not callable"], "an element is `xs[i]`, with square brackets"),
    (ErrorKind::TypeError, &["'numpy.ndarray' object is not callable"], "an element is `a[i]`, with square brackets"),
    (ErrorKind::TypeError, &["'tuple' object is not callable"], "leave out the parentheses; an element is `t[i]`"),
    (ErrorKind::TypeError, &["'int' object is not callable"], "to multiply, write `*`"),
    (ErrorKind::TypeError, &["'float' object is not callable"], "to multiply, write `*`"),
    (ErrorKind::TypeError, &["'int' object is not iterable"], "write `range(n)` to count"),
    (ErrorKind::TypeError, &["'float' object cannot be interpreted as an integer"], WHOLE),
    (ErrorKind::TypeError, &["expected a sequence of integers or a single integer"], WHOLE),
    (
        ErrorKind::TypeError,
        &["'tuple' object does not support item assignment"],
        "a tuple cannot change: make it a list",
    ),
    (
        ErrorKind::TypeError,
        &["'str' object does not support item assignment"],
        "a string cannot change: make a new one, as by `s.replace(..)`",
    ),
    (ErrorKind::TypeError, &["(): expected str instance"], "write `sep.join(map(str, xs))`"),
    (ErrorKind::TypeError, &["sequence item", "expected str instance"], "write `sep.join(map(str, xs))`"),
    (
        ErrorKind::TypeError,
        &[".", "() takes 0 positional arguments but 1 was given"],
        "the first parameter of a method is the object: write `self`",
    ),
    (
        ErrorKind::TypeError,
        &["() takes 1 positional argument but 2 were given"],
        "several values are passed as one tuple or list",
    ),
    (
        ErrorKind::TypeError,
        &["not enough arguments for format string"],
        "write as many values as there are `%`, in a tuple",
    ),
    (ErrorKind::TypeError, &["format: a real number is required"], "`%s` shows any value"),
    (
        ErrorKind::ValueError,
        &["Unknown format code 'd' for object of type 'float'"],
        "`.0f` shows a float without decimals",
    ),
    (
        ErrorKind::ValueError,
        &["Unknown format code", "of type 'str'"],
        "numbers have this code: make one by `float(text)`",
    ),
    (ErrorKind::ValueError, &["Unknown format code"], "ints have d, b, o, x and c; floats e, f, g and %"),
    (
        ErrorKind::UnboundLocalError,
        &["cannot access local variable"],
        "give it a value on every path; a variable of the module that a function changes needs `global`",
    ),
    (
        ErrorKind::LimitError,
        &["beyond 64 bits"],
        "ints have 64 bits here: keep them small on the way (`% m`, `& mask`), or compute with floats",
    ),
    (ErrorKind::LimitError, &["to a negative power is a float"], "write `float(x) ** y`"),
    (ErrorKind::OverflowError, &["out of bounds for"], "choose a wider dtype, such as `np.int64`"),
    (ErrorKind::ZeroDivisionError, &["0.0 cannot be raised to a negative power"], "arrays give inf: `np.power`"),
];

const NONE: &str = "this is None: does a function lack its `return`? Methods that change a value in place return None";
const CALL: &str = "call it, with parentheses";
const NUMBER: &str = "`int(text)` and `float(text)` make numbers, `str(x)` makes text";
const WHOLE: &str = "`//` divides to a whole number, `int(x)` cuts the decimals off";

fn by_text(kind: ErrorKind, text: &str) -> Option<String> {
    let fits = |parts: &[&str]| {
        let mut rest = Some(text);
        parts.iter().all(|p| {
            rest = rest.and_then(|r| r.split_once(p)).map(|(_, r)| r);
            rest.is_some()
        })
    };
    if let Some((.., help)) = REMEDIES.iter().find(|(k, parts, _)| *k == kind && fits(parts)) {
        return Some((*help).to_string());
    }
    match kind {
        ErrorKind::AxisError => {
            let n = text.rsplit(' ').next()?.parse::<i64>().ok()?;
            let all = match n {
                1 => "the only axis is 0".to_string(),
                n => format!("the axes are 0 to {}", n - 1),
            };
            Some(format!("{all}; -1 is the last"))
        }
        ErrorKind::TypeError => {
            let name = text.strip_prefix("data type '")?.strip_suffix("' not understood")?;
            let names = quipu_abi::DType::ALL.iter().map(|d| d.name());
            Some(format!("did you mean '{}'?", closest(name, names)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_words() {
        let of = |kind, text: &str| by_text(kind, text).unwrap_or_default();
        assert_eq!(
            of(ErrorKind::AxisError, "axis 2 is out of bounds for array of dimension 2"),
            "the axes are 0 to 1; -1 is the last"
        );
        assert_eq!(of(ErrorKind::TypeError, "data type 'flaot64' not understood"), "did you mean 'float64'?");
        assert_eq!(of(ErrorKind::TypeError, "unsupported operand type(s) for +: 'int' and 'NoneType'"), NONE);
        assert_eq!(of(ErrorKind::ValueError, "my own words"), "");
    }
}
