//! Values of the evaluator: what the core IR's types stand for.
//!
//! Arrays hold their elements as bytes (native order) in row-major order. A buffer is shared by reference counts
//! only while it is borrowed: whoever consumes a value holds the one reference to it and may store in place.

use quipu_abi::DType;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

/// One element. Complex numbers are their two parts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    F32(f32),
    F64(f64),
    C64([f32; 2]),
    C128([f64; 2]),
}

macro_rules! scalar_from {
    ($($t:ty => $variant:ident),* $(,)?) => {
        $(
            impl From<$t> for Scalar {
                fn from(x: $t) -> Scalar {
                    Scalar::$variant(x)
                }
            }
        )*
    };
}

scalar_from! {
    bool => Bool, i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32, u64 => U64,
    f32 => F32, f64 => F64, [f32; 2] => C64, [f64; 2] => C128,
}

impl Scalar {
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::I8(_) => DType::I8,
            Scalar::I16(_) => DType::I16,
            Scalar::I32(_) => DType::I32,
            Scalar::I64(_) => DType::I64,
            Scalar::U8(_) => DType::U8,
            Scalar::U16(_) => DType::U16,
            Scalar::U32(_) => DType::U32,
            Scalar::U64(_) => DType::U64,
            Scalar::F32(_) => DType::F32,
            Scalar::F64(_) => DType::F64,
            Scalar::C64(_) => DType::C64,
            Scalar::C128(_) => DType::C128,
        }
    }

    /// The integer `v` in a dtype; integers wrap.
    pub fn of_int(dtype: DType, v: i64) -> Scalar {
        match dtype {
            DType::Bool => Scalar::Bool(v != 0),
            DType::I8 => Scalar::I8(v as i8),
            DType::I16 => Scalar::I16(v as i16),
            DType::I32 => Scalar::I32(v as i32),
            DType::I64 => Scalar::I64(v),
            DType::U8 => Scalar::U8(v as u8),
            DType::U16 => Scalar::U16(v as u16),
            DType::U32 => Scalar::U32(v as u32),
            DType::U64 => Scalar::U64(v as u64),
            DType::F32 => Scalar::F32(v as f32),
            DType::F64 => Scalar::F64(v as f64),
            DType::C64 => Scalar::C64([v as f32, 0.0]),
            DType::C128 => Scalar::C128([v as f64, 0.0]),
        }
    }

    pub fn zero(dtype: DType) -> Scalar {
        Scalar::of_int(dtype, 0)
    }

    /// Equal bits, except that any NaN equals any other.
    pub fn same(self, o: Scalar) -> bool {
        fn f64s(a: f64, b: f64) -> bool {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        fn f32s(a: f32, b: f32) -> bool {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        match (self, o) {
            (Scalar::F32(a), Scalar::F32(b)) => f32s(a, b),
            (Scalar::F64(a), Scalar::F64(b)) => f64s(a, b),
            (Scalar::C64(a), Scalar::C64(b)) => f32s(a[0], b[0]) && f32s(a[1], b[1]),
            (Scalar::C128(a), Scalar::C128(b)) => f64s(a[0], b[0]) && f64s(a[1], b[1]),
            (a, b) => a == b,
        }
    }

    /// The number as f64, a complex one's real part.
    pub fn to_f64(self) -> f64 {
        match self {
            Scalar::Bool(x) => f64::from(u8::from(x)),
            Scalar::I8(x) => f64::from(x),
            Scalar::I16(x) => f64::from(x),
            Scalar::I32(x) => f64::from(x),
            Scalar::I64(x) => x as f64,
            Scalar::U8(x) => f64::from(x),
            Scalar::U16(x) => f64::from(x),
            Scalar::U32(x) => f64::from(x),
            Scalar::U64(x) => x as f64,
            Scalar::F32(x) => f64::from(x),
            Scalar::F64(x) => x,
            Scalar::C64(x) => f64::from(x[0]),
            Scalar::C128(x) => x[0],
        }
    }
}

/// An array in row-major order.
#[derive(Clone, PartialEq, Debug)]
pub struct Array {
    pub dtype: DType,
    pub shape: Vec<usize>,
    /// The elements, one after the other.
    pub data: Vec<u8>,
}

impl Array {
    /// Zeros. The caller has made sure that the size is one that can be allocated.
    pub fn zeros(dtype: DType, shape: Vec<usize>) -> Array {
        let n: usize = shape.iter().product();
        Array { dtype, shape, data: vec![0; n * dtype.size()] }
    }

    /// An array of these elements, which are of `dtype` and as many as `shape` says.
    pub fn from_scalars(dtype: DType, shape: Vec<usize>, elems: impl IntoIterator<Item = Scalar>) -> Array {
        let mut a = Array::zeros(dtype, shape);
        for (k, x) in elems.into_iter().take(a.len()).enumerate() {
            a.set(k, x);
        }
        a
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.data.len() / self.dtype.size()
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// Element `k` in row-major order, which must be in bounds.
    pub fn get(&self, k: usize) -> Scalar {
        macro_rules! load {
            ($t:ty) => {{
                const N: usize = size_of::<$t>();
                let mut b = [0; N];
                b.copy_from_slice(&self.data[k * N..(k + 1) * N]);
                <$t>::from_ne_bytes(b)
            }};
            ($t:ty, $half:expr) => {{
                const N: usize = size_of::<$t>();
                let mut b = [0; N];
                let at = (2 * k + $half) * N;
                b.copy_from_slice(&self.data[at..at + N]);
                <$t>::from_ne_bytes(b)
            }};
        }
        match self.dtype {
            DType::Bool => Scalar::Bool(self.data[k] != 0),
            DType::I8 => Scalar::I8(load!(i8)),
            DType::I16 => Scalar::I16(load!(i16)),
            DType::I32 => Scalar::I32(load!(i32)),
            DType::I64 => Scalar::I64(load!(i64)),
            DType::U8 => Scalar::U8(load!(u8)),
            DType::U16 => Scalar::U16(load!(u16)),
            DType::U32 => Scalar::U32(load!(u32)),
            DType::U64 => Scalar::U64(load!(u64)),
            DType::F32 => Scalar::F32(load!(f32)),
            DType::F64 => Scalar::F64(load!(f64)),
            DType::C64 => Scalar::C64([load!(f32, 0), load!(f32, 1)]),
            DType::C128 => Scalar::C128([load!(f64, 0), load!(f64, 1)]),
        }
    }

    /// Stores element `k`, which must be in bounds; `x` has the array's dtype.
    pub fn set(&mut self, k: usize, x: Scalar) {
        debug_assert_eq!(x.dtype(), self.dtype);
        let n = self.dtype.size();
        let to = &mut self.data[k * n..(k + 1) * n];
        match x {
            Scalar::Bool(x) => to[0] = u8::from(x),
            Scalar::I8(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::I16(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::I32(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::I64(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::U8(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::U16(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::U32(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::U64(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::F32(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::F64(x) => to.copy_from_slice(&x.to_ne_bytes()),
            Scalar::C64([re, im]) => {
                to[..4].copy_from_slice(&re.to_ne_bytes());
                to[4..].copy_from_slice(&im.to_ne_bytes());
            }
            Scalar::C128([re, im]) => {
                to[..8].copy_from_slice(&re.to_ne_bytes());
                to[8..].copy_from_slice(&im.to_ne_bytes());
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Scalar> + '_ {
        (0..self.len()).map(|k| self.get(k))
    }

    /// Copies the elements `from` of `src`, an array of the same dtype, to `to`.
    pub fn copy_run(&mut self, to: usize, src: &Array, from: usize, n: usize) {
        let s = self.dtype.size();
        self.data[to * s..(to + n) * s].copy_from_slice(&src.data[from * s..(from + n) * s]);
    }
}

/// Values pushed and taken from either end.
#[derive(Clone, Default)]
pub struct Tape {
    pub items: VecDeque<Value>,
    /// How many more fit, of a tape with a capacity. What is taken from the front leaves no room.
    pub room: Option<u64>,
}

#[derive(Clone)]
pub enum Value {
    Scalar(Scalar),
    Array(Rc<Array>),
    Str(Rc<str>),
    List(Rc<Vec<Value>>),
    Tape(Rc<Tape>),
    Cell(Rc<RefCell<Option<Value>>>),
}

impl Value {
    pub fn i64(x: i64) -> Value {
        Value::Scalar(Scalar::I64(x))
    }

    pub fn f64(x: f64) -> Value {
        Value::Scalar(Scalar::F64(x))
    }

    pub fn bool(x: bool) -> Value {
        Value::Scalar(Scalar::Bool(x))
    }

    pub fn str(x: &str) -> Value {
        Value::Str(Rc::from(x))
    }

    pub fn array(a: Array) -> Value {
        Value::Array(Rc::new(a))
    }

    /// A vector of floats.
    pub fn f64s(x: &[f64]) -> Value {
        Value::array(Array::from_scalars(DType::F64, vec![x.len()], x.iter().map(|x| Scalar::F64(*x))))
    }

    /// A vector of integers.
    pub fn i64s(x: &[i64]) -> Value {
        Value::array(Array::from_scalars(DType::I64, vec![x.len()], x.iter().map(|x| Scalar::I64(*x))))
    }

    pub fn list(x: Vec<Value>) -> Value {
        Value::List(Rc::new(x))
    }

    pub fn as_scalar(&self) -> Option<Scalar> {
        match self {
            Value::Scalar(x) => Some(*x),
            _ => None,
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Scalar(Scalar::I64(x)) => Some(*x),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Scalar(Scalar::Bool(x)) => Some(*x),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&Array> {
        match self {
            Value::Array(a) => Some(a),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// Equal in every bit, except that any NaN equals any other. Cells are equal by what they hold.
    pub fn same(&self, o: &Value) -> bool {
        match (self, o) {
            (Value::Scalar(a), Value::Scalar(b)) => a.same(*b),
            (Value::Array(a), Value::Array(b)) => {
                a.dtype == b.dtype && a.shape == b.shape && a.iter().zip(b.iter()).all(|(x, y)| x.same(y))
            }
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.same(y)),
            (Value::Tape(a), Value::Tape(b)) => {
                a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(x, y)| x.same(y))
            }
            (Value::Cell(a), Value::Cell(b)) => match (&*a.borrow(), &*b.borrow()) {
                (Some(x), Some(y)) => x.same(y),
                (x, y) => x.is_none() && y.is_none(),
            },
            _ => false,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Bool(x) => write!(f, "{x}"),
            Scalar::I8(x) => write!(f, "{x}"),
            Scalar::I16(x) => write!(f, "{x}"),
            Scalar::I32(x) => write!(f, "{x}"),
            Scalar::I64(x) => write!(f, "{x}"),
            Scalar::U8(x) => write!(f, "{x}"),
            Scalar::U16(x) => write!(f, "{x}"),
            Scalar::U32(x) => write!(f, "{x}"),
            Scalar::U64(x) => write!(f, "{x}"),
            Scalar::F32(x) => write_float(f, f64::from(*x), &format!("{x:?}")),
            Scalar::F64(x) => write_float(f, *x, &format!("{x:?}")),
            Scalar::C64([re, im]) => write!(f, "({}, {})", Scalar::F32(*re), Scalar::F32(*im)),
            Scalar::C128([re, im]) => write!(f, "({}, {})", Scalar::F64(*re), Scalar::F64(*im)),
        }
    }
}

/// Rust's shortest form, but `nan` and `inf` in lower case.
fn write_float(f: &mut fmt::Formatter<'_>, x: f64, text: &str) -> fmt::Result {
    match x {
        x if x.is_nan() => write!(f, "nan"),
        x if x.is_infinite() => write!(f, "{}inf", if x < 0.0 { "-" } else { "" }),
        _ => write!(f, "{text}"),
    }
}

/// As the test files write values: `[[1, 2], [3, 4]]` is an array, `list[..]`, `tape[..]` and `cell(..)` name
/// themselves. Dtypes are not shown.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn rows(f: &mut fmt::Formatter<'_>, a: &Array, axis: usize, at: usize) -> fmt::Result {
            let Some(n) = a.shape.get(axis) else { return write!(f, "{}", a.get(at)) };
            write!(f, "[")?;
            for k in 0..*n {
                write!(f, "{}", if k > 0 { ", " } else { "" })?;
                rows(f, a, axis + 1, at * n + k)?;
            }
            write!(f, "]")
        }
        fn items<'v>(f: &mut fmt::Formatter<'_>, x: impl Iterator<Item = &'v Value>) -> fmt::Result {
            write!(f, "[")?;
            for (k, v) in x.enumerate() {
                write!(f, "{}{v}", if k > 0 { ", " } else { "" })?;
            }
            write!(f, "]")
        }
        match self {
            Value::Scalar(x) => write!(f, "{x}"),
            Value::Array(a) if a.shape.is_empty() => write!(f, "array({})", a.get(0)),
            Value::Array(a) => rows(f, a, 0, 0),
            Value::Str(s) => write!(f, "{s:?}"),
            Value::List(l) => {
                write!(f, "list")?;
                items(f, l.iter())
            }
            Value::Tape(t) => {
                write!(f, "tape")?;
                items(f, t.items.iter())
            }
            Value::Cell(c) => match &*c.borrow() {
                Some(v) => write!(f, "cell({v})"),
                None => write!(f, "cell()"),
            },
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Distances, in elements, between neighbors along each axis of a row-major array.
pub fn strides(shape: &[usize]) -> Vec<usize> {
    let mut out = vec![1; shape.len()];
    for k in (1..shape.len()).rev() {
        out[k - 1] = out[k] * shape[k].max(1);
    }
    out
}

/// The offsets of all elements of a view in row-major order.
pub fn offsets(shape: &[usize], strides: &[usize]) -> Vec<usize> {
    let mut out = vec![0];
    for (n, s) in shape.iter().zip(strides) {
        out = out.iter().flat_map(|at| (0..*n).map(move |k| at + k * s)).collect();
    }
    out
}
