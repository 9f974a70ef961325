//! The evaluator's host in a program: what the core IR leaves to others, done by the runtime.
//!
//! Every row of `extern` and every product of matrices goes to the safe function of the runtime that the shim behind
//! compiled code calls, with the same arguments: a text or a number has the same characters and bits whether the
//! evaluator or a back end made it. Where lowering chooses between the runtime's functions (by dtype, by the ranks of
//! a product), the choice here is the same.
//!
//! What is printed waits in the runtime's output: whoever ends the program calls `Runtime::flush`. An operand that
//! verified IR cannot contain is an internal error, never a panic.

use quipu_abi::{DType, table};
use quipu_ir::core::eval::{EvalError, Host, Outcome};
use quipu_ir::ops::{ExternFn, MatMul};
use quipu_ir::{Array, Scalar, Ty, Value};
use quipu_runtime::files::npy;
use quipu_runtime::files::text::load_table;
use quipu_runtime::memory::{array_bytes, array_out_of_memory};
use quipu_runtime::view::{self, ArrayView, ArrayViewMut, OwnedArray, c_strides};
use quipu_runtime::{Error, Runtime, format, linalg, scalar, text};

/// Serves the evaluator from a program's runtime.
pub struct RuntimeHost<'r> {
    runtime: &'r mut Runtime,
}

impl<'r> RuntimeHost<'r> {
    pub fn new(runtime: &'r mut Runtime) -> RuntimeHost<'r> {
        RuntimeHost { runtime }
    }
}

/// An exception of the runtime; the evaluator adds the place.
fn raised(error: Error) -> EvalError {
    EvalError::new(error.kind, error.text)
}

fn view_of(a: &Array) -> Outcome<ArrayView<'_>> {
    ArrayView::dense(a.dtype, &a.shape, &a.data).map_err(raised)
}

/// A NumPy scalar as the runtime takes it.
fn numpy_scalar(x: Scalar) -> view::Scalar {
    let bytes = Array::from_scalars(x.dtype(), vec![], [x]).data;
    view::Scalar::from_bytes(x.dtype(), &bytes)
}

/// `str` of a Python scalar, or of a NumPy scalar of a dtype that Python has not.
fn str_of(x: Scalar) -> String {
    match x {
        Scalar::I64(x) => x.to_string(),
        Scalar::F64(x) => format::float_repr(x),
        Scalar::Bool(x) => format::bool_repr(x).to_owned(),
        Scalar::C128([re, im]) => format::complex_repr(re, im),
        x => format::scalar_str(numpy_scalar(x)),
    }
}

/// `format(x, spec)`; NumPy's scalars are formatted as the Python numbers that they convert to.
fn format_scalar(x: Scalar, spec: &str) -> quipu_runtime::Result<String> {
    match x {
        Scalar::Bool(x) => format::format_bool(x, spec),
        Scalar::I8(x) => format::format_int(x.into(), spec),
        Scalar::I16(x) => format::format_int(x.into(), spec),
        Scalar::I32(x) => format::format_int(x.into(), spec),
        Scalar::I64(x) => format::format_int(x, spec),
        Scalar::U8(x) => format::format_uint(x.into(), spec),
        Scalar::U16(x) => format::format_uint(x.into(), spec),
        Scalar::U32(x) => format::format_uint(x.into(), spec),
        Scalar::U64(x) => format::format_uint(x, spec),
        Scalar::F32(x) => format::format_float(x.into(), spec),
        Scalar::F64(x) => format::format_float(x, spec),
        Scalar::C64([re, im]) => format::format_complex(re.into(), im.into(), spec),
        Scalar::C128([re, im]) => format::format_complex(re, im, spec),
    }
}

/// `count` code points from `start` by `step`.
fn str_slice(s: &str, start: i64, step: i64, count: i64) -> quipu_runtime::Result<String> {
    if count <= 0 {
        return Ok(String::new());
    }
    // The runtime takes Python's stop. One before the text's start would count from the end: there, "to the start" is
    // said by leaving it out. A sum beyond 64 bits is as far outside as that.
    let stop = start.wrapping_add(step.wrapping_mul(count));
    text::slice(s, Some(start), (stop >= 0).then_some(stop), step)
}

/// An array that the runtime made. Only `.npy` files make arrays of Fortran's order, and no row reads those.
fn array_of(a: OwnedArray) -> Array {
    debug_assert!(!a.fortran);
    Array { dtype: a.dtype, shape: a.dims, data: a.bytes }
}

/// Zeros, or NumPy's error where there is no room for them.
fn zeros(dtype: DType, shape: &[usize]) -> quipu_runtime::Result<Array> {
    // A dim beyond i64 is as much too large as the largest i64.
    let dims: Vec<i64> = shape.iter().map(|&n| i64::try_from(n).unwrap_or(i64::MAX)).collect();
    let bytes = array_bytes(dtype, &dims)?;
    let mut data = Vec::new();
    data.try_reserve_exact(bytes).map_err(|_| array_out_of_memory(dtype, &dims))?;
    data.resize(bytes, 0);
    Ok(Array { dtype, shape: shape.to_vec(), data })
}

impl Host for RuntimeHost<'_> {
    fn out_of_memory(&self, dtype: DType, shape: &[usize]) -> EvalError {
        let dims: Vec<i64> = shape.iter().map(|n| i64::try_from(*n).unwrap_or(i64::MAX)).collect();
        match quipu_runtime::memory::array_bytes(dtype, &dims) {
            Ok(_) => raised(quipu_runtime::memory::array_out_of_memory(dtype, &dims)),
            Err(e) => raised(e),
        }
    }

    fn interrupted(&self) -> bool {
        self.runtime.interrupted()
    }

    fn extern_call(&mut self, row: &'static ExternFn, args: &[Value], _: &[Ty]) -> Outcome<Vec<Value>> {
        use Scalar::I64;
        use Value::{Scalar as Number, Str};
        let options = || self.runtime.shared().print_options();
        let made = |s: String| Value::str(&s);
        let result = match (row.name, args) {
            ("print", [Str(s)]) => {
                self.runtime.shared().output().write(s.as_bytes()).map_err(raised)?;
                return Ok(vec![]);
            }
            ("print_error", [Str(s)]) => {
                quipu_runtime::output::to_stderr(s).map_err(raised)?;
                return Ok(vec![]);
            }
            ("read_line", []) => self.runtime.shared().input().line().map(made),
            ("read_text", [Number(I64(n))]) => self.runtime.shared().input().characters(*n).map(made),
            ("argument", [Number(I64(i))]) => Ok(made(self.runtime.shared().argument(*i).to_owned())),
            ("arguments", []) => Ok(Value::i64(self.runtime.shared().arguments())),
            ("flush", []) => {
                self.runtime.shared().output().flush().map_err(raised)?;
                return Ok(vec![]);
            }
            ("str_of", [Number(x)]) => Ok(made(str_of(*x))),
            ("repr_np", [Number(x)]) => Ok(made(format::scalar_repr(numpy_scalar(*x)))),
            ("field_words", [Value::Array(a)]) => Ok(made(format::field_words(&view_of(a)?, &options()))),
            ("fields_text", [Str(words), Value::Array(a), Str(types)]) => {
                Ok(made(format::fields_text(words, &a.shape, types, &options())))
            }
            ("array_str", [Value::Array(a)]) => Ok(made(format::array_str(&view_of(a)?, &options()))),
            ("array_repr", [Value::Array(a)]) => Ok(made(format::array_repr(&view_of(a)?, &options()))),
            ("format", [Number(x), Str(spec)]) => format_scalar(*x, spec).map(made),
            ("format", [Str(s), Str(spec)]) => format::format_str(s, spec).map(made),
            ("str_repr", [Str(s)]) => Ok(made(format::str_repr(s))),
            ("exc_str", [Str(s)]) => Ok(made(text::exception_str(s).to_string())),
            ("exc_arguments", [Number(I64(kind)), Str(s)]) => {
                Ok(made(text::exception_arguments(quipu_abi::ErrorKind::from_code(*kind as u32), s)))
            }
            ("exc_name", [Number(I64(kind)), Str(s)]) => {
                Ok(made(text::exception_name(quipu_abi::ErrorKind::from_code(*kind as u32), s).to_string()))
            }
            ("exc_class", [Str(s)]) => Ok(Value::i64(text::exception_class(s).map_or(-1, |c| c.1))),
            ("exc_object", [Str(s)]) => Ok(Value::i64(text::exception_class(s).map_or(-1, |c| c.2))),
            ("str_concat", [Str(a), Str(b)]) => Ok(made([&**a, &**b].concat())),
            ("str_repeat", [Str(s), Number(I64(n))]) => text::repeat(s, *n).map(made),
            ("str_len", [Str(s)]) => Ok(Value::i64(text::len(s) as i64)),
            ("str_eq", [Str(a), Str(b)]) => Ok(Value::bool(a == b)),
            ("str_lt", [Str(a), Str(b)]) => Ok(Value::bool(text::compare(a, b).is_lt())),
            ("str_index", [Str(s), Number(I64(i))]) => text::index(s, *i).map(Value::str),
            ("str_slice", [Str(s), Number(I64(start)), Number(I64(step)), Number(I64(count))]) => {
                str_slice(s, *start, *step, *count).map(made)
            }
            ("int_of_str", [Str(s)]) => text::parse_int(s, 10).map(Value::i64),
            ("float_of_str", [Str(s)]) => text::parse_float(s).map(Value::f64),
            ("round_digits", [Number(Scalar::F64(x)), Number(I64(n))]) => scalar::round_digits(*x, *n).map(Value::f64),
            ("int_div", [Number(I64(x)), Number(I64(y))]) => Ok(Value::f64(scalar::int_div(*x, *y))),
            ("str_hash", [Str(s)]) => Ok(Value::i64(text::hash(s) as i64)),
            ("hash_int", [Number(I64(k))]) => Ok(Value::i64(table::hash_int(*k))),
            ("hash_float", [Number(Scalar::F64(x))]) => scalar::hash_float(*x).map(Value::i64),
            ("hash_item", [Number(I64(h)), Number(I64(k))]) => Ok(Value::i64(table::hash_item(*h, *k))),
            ("hash_end", [Number(I64(h)), Number(I64(n))]) => Ok(Value::i64(table::hash_end(*h, *n))),
            ("hash_member", [Number(I64(h))]) => Ok(Value::i64(table::hash_member(*h))),
            ("hash_members", [Number(I64(h)), Number(I64(n))]) => Ok(Value::i64(table::hash_members(*h, *n))),
            ("str_find", [Str(s), Str(part)]) => Ok(Value::i64(text::find(s, part))),
            ("str_replace", [Str(s), Str(old), Str(new)]) => Ok(made(s.replace(&**old, new))),
            ("str_upper", [Str(s)]) => Ok(made(s.to_uppercase())),
            ("str_lower", [Str(s)]) => Ok(made(s.to_lowercase())),
            ("str_chr", [Number(I64(code))]) => text::chr(*code).map(made),
            ("str_ord", [Str(s)]) => text::ord(s).map(Value::i64),
            ("save", [Str(path), Value::Array(a)]) => {
                npy::save(path, &view_of(a)?).map_err(raised)?;
                return Ok(vec![]);
            }
            ("load", [Str(path), Value::Array(like), Number(Scalar::Bool(fortran))]) => {
                npy::load_as(path, like.dtype, like.rank(), *fortran).map(|a| Value::array(array_of(a)))
            }
            ("time", []) => Ok(Value::f64(scalar::time())),
            ("perf_counter", []) => Ok(Value::f64(scalar::perf_counter())),
            (
                "load_text" | "load_text_int",
                [Str(path), Str(delimiter), Str(comments), Number(I64(skip)), Str(columns)],
            ) => {
                let dtype = if row.name == "load_text" { DType::F64 } else { DType::I64 };
                load_table(dtype, path, delimiter, comments, *skip, columns).map(|a| Value::array(array_of(a)))
            }
            _ => return Err(EvalError::internal(format!("no function of the runtime is {} of {args:?}", row.name))),
        };
        Ok(vec![result.map_err(raised)?])
    }

    /// Two vectors are a dot product. Anything else is one product of matrices per item of the batch, where a vector
    /// is a matrix of one row on the left and of one column on the right: the sums of a dot product have another order.
    fn matmul(&mut self, op: &MatMul, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array> {
        let misfit = || EvalError::internal(format!("matmul of {:?} and {:?}", x.shape, y.shape));
        if op.batch == 0 && shape.is_empty() {
            return linalg::dot(&view_of(x)?, &view_of(y)?).map(array_of).map_err(raised);
        }
        let (Some((lead, a)), Some((y_lead, b))) =
            (x.shape.split_at_checked(op.batch), y.shape.split_at_checked(op.batch))
        else {
            return Err(misfit());
        };
        let (a, b) = match (a, b) {
            ([k], [l]) => ([1, *k], [*l, 1]),
            ([k], [l, n]) => ([1, *k], [*l, *n]),
            ([m, k], [l]) => ([*m, *k], [*l, 1]),
            ([m, k], [l, n]) => ([*m, *k], [*l, *n]),
            _ => return Err(misfit()),
        };
        let fitting = [&x.shape[..x.rank() - 1], &y.shape[op.batch + 1..]].concat();
        if y_lead != lead || a[1] != b[0] || fitting != shape {
            return Err(misfit());
        }
        let mut out = zeros(x.dtype, shape).map_err(raised)?;
        if out.is_empty() {
            return Ok(out);
        }
        let c = [a[0], b[1]];
        let item = x.dtype.size();
        let strides = c_strides(&c, item);
        let [x_bytes, y_bytes, out_bytes] = [a, b, c].map(|dims| dims[0] * dims[1] * item);
        for i in 0..lead.iter().product() {
            let part = |bytes: usize| i * bytes..(i + 1) * bytes;
            let left = ArrayView::dense(x.dtype, &a, &x.data[part(x_bytes)]).map_err(raised)?;
            let right = ArrayView::dense(y.dtype, &b, &y.data[part(y_bytes)]).map_err(raised)?;
            let to = &mut out.data[part(out_bytes)];
            let mut to = ArrayViewMut::new(x.dtype, &c, &strides, to, 0).map_err(raised)?;
            linalg::matmul_into(&left, &right, &mut to, Some(self.runtime.shared().threads())).map_err(raised)?;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quipu_abi::ErrorKind;
    use quipu_ir::ops::ALL_EXTERNS;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(buf);
            Ok(buf.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn runtime(sink: &Sink) -> Box<Runtime> {
        let output = Some(Box::new(sink.clone()) as Box<dyn Write + Send>);
        let input = Some(Box::new(std::io::empty()) as Box<dyn std::io::Read + Send>);
        Runtime::new(quipu_runtime::Options { n_threads: Some(2), output, input, ..Default::default() })
    }

    fn call_all(name: &str, args: &[Value]) -> Outcome<Vec<Value>> {
        let row = ALL_EXTERNS.iter().find(|row| row.name == name).unwrap();
        RuntimeHost::new(&mut runtime(&Sink::default())).extern_call(row, args, &[])
    }

    /// The row's one result, or the exception as a traceback's last line.
    fn call(name: &str, args: &[Value]) -> String {
        match call_all(name, args) {
            Ok(results) => results[0].to_string(),
            Err(error) => error.to_string(),
        }
    }

    fn s(text: &str) -> Value {
        Value::str(text)
    }

    /// A row that the host does not know, or knows with other operands, gives an internal error here.
    #[test]
    fn every_row_is_served() {
        let a = Value::f64s(&[1.0]);
        for row in ALL_EXTERNS {
            let one = Value::i64(1);
            let args = match row.name {
                "str_of" | "repr_np" => vec![one],
                "array_str" | "array_repr" | "field_words" => vec![a.clone()],
                "fields_text" => vec![s("\u{1e}\u{1f}1."), a.clone(), s("")],
                "format" => vec![one, s("")],
                "str_concat" | "str_eq" | "str_lt" => vec![s("a"), s("b")],
                "str_repeat" | "str_index" => vec![s("ab"), one],
                "str_slice" => vec![s("ab"), Value::i64(0), one.clone(), one],
                "flush" | "perf_counter" | "time" | "read_line" | "arguments" => vec![],
                "read_text" => vec![Value::i64(0)],
                "argument" => vec![one],
                "load_text" | "load_text_int" => vec![s("no such file"), s(""), s("#"), one, s("")],
                "save" => vec![s("no such folder/a.npy"), a.clone()],
                "load" => vec![s("no such file"), a.clone(), Value::Scalar(Scalar::Bool(false))],
                "round_digits" => vec![Value::f64(2.675), one],
                "int_div" | "hash_item" | "hash_end" | "hash_members" => vec![one.clone(), one],
                "hash_int" | "hash_member" => vec![one],
                "hash_float" => vec![Value::f64(0.5)],
                "str_find" => vec![s("ab"), s("b")],
                "exc_arguments" | "exc_name" => vec![one, s("a")],
                "str_replace" => vec![s("ab"), s("b"), s("c")],
                "str_chr" => vec![one],
                "int_of_str" | "float_of_str" => vec![s("1")],
                _ => vec![s("a")],
            };
            let error = call_all(row.name, &args).err();
            assert!(error.as_ref().is_none_or(|e| !e.is_internal()), "{}: {error:?}", row.name);
            let refused = call_all(row.name, &[Value::list(vec![])]).unwrap_err();
            assert!(refused.is_internal(), "{}", row.name);
        }
    }

    /// Recorded from CPython 3.11 and NumPy 2.4: `str` (of Python's own scalars for its four dtypes), `repr` of the
    /// NumPy scalar, `format(x, '>9')`.
    #[test]
    fn scalars_as_text() {
        for (x, text, repr, padded) in [
            (Scalar::Bool(true), "True", "np.True_", "        1"),
            (Scalar::I8(-8), "-8", "np.int8(-8)", "       -8"),
            (Scalar::I16(300), "300", "np.int16(300)", "      300"),
            (Scalar::I32(-70000), "-70000", "np.int32(-70000)", "   -70000"),
            (Scalar::I64(-5), "-5", "np.int64(-5)", "       -5"),
            (Scalar::U8(200), "200", "np.uint8(200)", "      200"),
            (Scalar::U16(60000), "60000", "np.uint16(60000)", "    60000"),
            (Scalar::U32(4_000_000_000), "4000000000", "np.uint32(4000000000)", "4000000000"),
            (Scalar::U64(u64::MAX), "18446744073709551615", "np.uint64(18446744073709551615)", "18446744073709551615"),
            (Scalar::F32(0.1), "0.1", "np.float32(0.1)", "0.10000000149011612"),
            (Scalar::F64(1e22), "1e+22", "np.float64(1e+22)", "    1e+22"),
            (Scalar::C64([1.0, -0.1]), "(1-0.1j)", "np.complex64(1-0.1j)", "(1-0.10000000149011612j)"),
            (Scalar::C128([-0.0, 2.0]), "(-0+2j)", "np.complex128(-0+2j)", "  (-0+2j)"),
        ] {
            let x = Value::Scalar(x);
            let shown = |text: &str| format!("{text:?}");
            assert_eq!(call("str_of", std::slice::from_ref(&x)), shown(text));
            assert_eq!(call("repr_np", std::slice::from_ref(&x)), shown(repr));
            assert_eq!(call("format", &[x, s(">9")]), shown(padded));
        }
        assert_eq!(call("format", &[s("ab"), s("^5")]), "\" ab  \"");
    }

    #[test]
    fn printing_and_arrays_as_text() {
        let sink = Sink::default();
        let mut runtime = runtime(&sink);
        let a = Array::from_scalars(DType::F32, vec![1, 2], [Scalar::F32(1.0), Scalar::F32(2.5)]);
        let mut host = RuntimeHost::new(&mut runtime);
        for row in [&quipu_ir::ops::ARRAY_STR, &quipu_ir::ops::ARRAY_REPR] {
            let text = host.extern_call(row, &[Value::array(a.clone())], &[]).unwrap();
            assert!(host.extern_call(&quipu_ir::ops::PRINT, &text, &[]).unwrap().is_empty());
            host.extern_call(&quipu_ir::ops::PRINT, &[s("\n")], &[]).unwrap();
        }
        runtime.flush().unwrap();
        let output = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert_eq!(output, "[[1.  2.5]]\narray([[1. , 2.5]], dtype=float32)\n");
    }

    #[test]
    fn strings() {
        assert_eq!(call("str_concat", &[s("é"), s("x")]), "\"éx\"");
        assert_eq!(call("str_repeat", &[s("ab"), Value::i64(2)]), "\"abab\"");
        assert_eq!(call("str_repeat", &[s("ab"), Value::i64(-1)]), "\"\"");
        assert_eq!(call("str_repeat", &[s("ab"), Value::i64(i64::MAX)]), "MemoryError: ");
        assert_eq!(call("str_len", &[s("é漢x")]), "3");
        assert_eq!(call("str_repr", &[s("it's")]), "\"\\\"it's\\\"\"");
        assert_eq!(
            [("a", "b"), ("b", "a"), ("a", "a")].map(|(a, b)| call("str_lt", &[s(a), s(b)])),
            ["true", "false", "false"]
        );
        assert_eq!([("a", "b"), ("a", "a")].map(|(a, b)| call("str_eq", &[s(a), s(b)])), ["false", "true"]);
        assert_eq!(call("str_index", &[s("é漢x"), Value::i64(1)]), "\"漢\"");
        assert_eq!(call("str_index", &[s("abc"), Value::i64(7)]), "IndexError: string index out of range");
    }

    /// Against the op's definition: so many code points from a start by a step.
    #[test]
    fn slices_of_strings() {
        let chars: Vec<char> = "aé漢bcd".chars().collect();
        let n = chars.len() as i64;
        for start in -1..=n {
            for step in [-4, -3, -1, 1, 2, 5] {
                for count in 0..=n {
                    let places = || (0..count).map(|k| start + k * step);
                    if !places().all(|at| (0..n).contains(&at)) {
                        continue;
                    }
                    let want: String = places().map(|at| chars[at as usize]).collect();
                    let args = [s("aé漢bcd"), Value::i64(start), Value::i64(step), Value::i64(count)];
                    assert_eq!(call("str_slice", &args), format!("{want:?}"), "{start} {step} {count}");
                }
            }
        }
        for step in [i64::MIN, i64::MAX] {
            let args = [s("abc"), Value::i64(1), Value::i64(step), Value::i64(1)];
            assert_eq!(call("str_slice", &args), "\"b\"", "{step}");
        }
    }

    #[test]
    fn numbers_from_text() {
        assert_eq!(call("int_of_str", &[s(" -1_2 ")]), "-12");
        assert_eq!(call("float_of_str", &[s("1e3")]), "1000.0");
        assert_eq!(call("int_of_str", &[s("x1")]), "ValueError: invalid literal for int() with base 10: 'x1'");
        assert_eq!(call("float_of_str", &[s("1,5")]), "ValueError: could not convert string to float: '1,5'");
        let format = |x: Value, spec: &str| call("format", &[x, s(spec)]);
        assert_eq!(format(Value::f64(1.5), "d"), "ValueError: Unknown format code 'd' for object of type 'float'");
        assert_eq!(format(Value::i64(3), ".2"), "ValueError: Precision not allowed in integer format specifier");
    }

    #[test]
    fn the_clock_does_not_go_back() {
        let sink = Sink::default();
        let mut runtime = runtime(&sink);
        let mut host = RuntimeHost::new(&mut runtime);
        let mut now = || host.extern_call(&quipu_ir::ops::PERF_COUNTER, &[], &[]).unwrap()[0].as_scalar().unwrap();
        let (first, second) = (now(), now());
        assert!(first.dtype() == DType::F64 && first.to_f64() <= second.to_f64());
    }

    /// Recorded from NumPy 2.4.
    #[test]
    fn numbers_from_files() {
        let path = std::env::temp_dir().join(format!("quipu-evaluator-{}.txt", std::process::id()));
        std::fs::write(&path, "head\n1,2 % note\n3,4\n").unwrap();
        let name = path.to_str().unwrap().to_owned();
        let load = |path: &str, delimiter: &str, comments: &str, skip: i64| {
            call("load_text", &[s(path), s(delimiter), s(comments), Value::i64(skip), s("")])
        };
        let got = [
            load(&name, ",", "%", 1),
            load(&name, ",", "%", 2),
            load(&name, ",", "", 1),
            load(&name, ",,", "%", 1),
            load(&name, ",", "%", -1),
            load(&name, ",", "#", 9),
        ];
        std::fs::remove_file(&path).unwrap();
        let control = "TypeError: Text reading control character must be a single unicode character or None; but got";
        assert_eq!(
            got,
            [
                "[[1.0, 2.0], [3.0, 4.0]]",
                "[[3.0, 4.0]]",
                "ValueError: could not convert string '2 % note' to float64 at row 0, column 2.",
                &format!("{control}: ',,'"),
                "ValueError: argument must be nonnegative",
                "[]",
            ]
        );
        for (delimiter, skip) in [("", 0), (",,", 0)] {
            assert_eq!(load(&name, delimiter, "#", skip), format!("FileNotFoundError: {name} not found."));
        }
        assert_eq!(load(&name, ",,", "#", -1), "ValueError: argument must be nonnegative");
    }

    /// Floats whose products and sums round.
    fn floats(shape: &[usize], seed: usize) -> Array {
        let value = |k: usize| ((k + seed).wrapping_mul(2_654_435_761) % 1_000_003) as f64 / 997.0 - 500.0;
        let n = shape.iter().product();
        Array::from_scalars(DType::F64, shape.to_vec(), (0..n).map(|k| Scalar::F64(value(k))))
    }

    fn product(batch: usize, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array> {
        RuntimeHost::new(&mut runtime(&Sink::default())).matmul(&MatMul { batch }, x, y, shape)
    }

    /// What compiled code gets: `linalg::matmul` of the operands taken as matrices of these dims.
    fn of_matrices(x: &Array, a: [usize; 2], y: &Array, b: [usize; 2]) -> Vec<u8> {
        let left = ArrayView::dense(x.dtype, &a, &x.data).unwrap();
        let right = ArrayView::dense(y.dtype, &b, &y.data).unwrap();
        linalg::matmul(&left, &right, None).unwrap().bytes
    }

    #[test]
    fn products_have_the_runtimes_bits() {
        for (m, k, n) in
            [(1, 1, 1), (2, 1, 2), (1, 2, 1), (2, 2, 2), (3, 4, 5), (1, 300, 1), (130, 150, 140), (2, 0, 3)]
        {
            let (x, y) = (floats(&[m, k], 0), floats(&[k, n], 7));
            let got = product(0, &x, &y, &[m, n]).unwrap();
            assert_eq!((&got.shape[..], got.data), (&[m, n][..], of_matrices(&x, [m, k], &y, [k, n])), "{m} {k} {n}");
            let (u, v) = (floats(&[k], 3), floats(&[k], 5));
            let got = product(0, &x, &v, &[m]).unwrap();
            assert_eq!((&got.shape[..], got.data), (&[m][..], of_matrices(&x, [m, k], &v, [k, 1])), "{m} {k}");
            let got = product(0, &u, &y, &[n]).unwrap();
            assert_eq!((&got.shape[..], got.data), (&[n][..], of_matrices(&u, [1, k], &y, [k, n])), "{k} {n}");
        }
        assert!(product(0, &floats(&[0, 2], 0), &floats(&[2, 3], 0), &[0, 3]).unwrap().is_empty());
    }

    /// Two vectors are summed pairwise; one pair of a batch of vectors is a product of matrices, in its order.
    #[test]
    fn vectors_alone_and_in_batches() {
        const N: usize = 16;
        let (x, y) = (floats(&[N, 1000], 0), floats(&[N, 1000], 9));
        let row = |a: &Array, i: usize| Array {
            dtype: a.dtype,
            shape: vec![1000],
            data: a.data[i * 8000..][..8000].to_vec(),
        };
        let batched = product(1, &x, &y, &[N]).unwrap();
        let mut differ = false;
        for i in 0..N {
            let (u, v) = (row(&x, i), row(&y, i));
            let alone = product(0, &u, &v, &[]).unwrap();
            let want = linalg::dot(&view_of(&u).unwrap(), &view_of(&v).unwrap()).unwrap();
            assert_eq!((alone.shape.len(), &alone.data), (0, &want.bytes));
            assert_eq!(batched.data[i * 8..][..8], of_matrices(&u, [1, 1000], &v, [1000, 1]));
            differ |= alone.data != batched.data[i * 8..][..8];
        }
        // Else this test could not tell one from the other.
        assert!(differ);
    }

    #[test]
    fn batches_of_matrices_and_other_dtypes() {
        let ints = |shape: &[usize], x: &[i64]| {
            Array::from_scalars(DType::I64, shape.to_vec(), x.iter().map(|&x| Scalar::I64(x)))
        };
        let (x, y) = (ints(&[2, 1, 2], &[1, 2, 3, 4]), ints(&[2, 2, 2], &[1, 0, 0, 1, 1, 2, 3, 4]));
        assert_eq!(product(1, &x, &y, &[2, 1, 2]).unwrap(), ints(&[2, 1, 2], &[1, 2, 15, 22]));
        // A vector per item on the right.
        assert_eq!(product(1, &y, &ints(&[2, 2], &[5, 6, 7, 8]), &[2, 2]).unwrap(), ints(&[2, 2], &[5, 6, 23, 53]));
        let bools = Array::from_scalars(DType::Bool, vec![2], [Scalar::Bool(true), Scalar::Bool(false)]);
        assert_eq!(product(0, &bools, &bools, &[]).unwrap().get(0), Scalar::Bool(true));
    }

    #[test]
    fn what_does_not_fit() {
        let (x, y) = (floats(&[2, 3], 0), floats(&[4, 2], 0));
        assert!(product(0, &x, &y, &[2, 2]).unwrap_err().is_internal());
        assert!(product(3, &x, &y, &[2, 2]).unwrap_err().is_internal());
        let column = Array { dtype: DType::Bool, shape: vec![1 << 20, 1], data: vec![0; 1 << 20] };
        let row = Array { dtype: DType::Bool, shape: vec![1, 1 << 44], data: vec![] };
        let error = product(0, &column, &row, &[1 << 20, 1 << 44]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::ValueError, "{error}");
    }
}
