//! Functions of the runtime behind one op.
//!
//! A row says what compiled programs may rely on; the runtime's own table says how it is called. The names are the
//! runtime's, but where one row serves several types: there the lowering appends the type (`str_of` of an f64 calls
//! `str_of_f64`).

use super::*;
use quipu_abi::DType;

/// What a row accepts and gives.
type Infer = fn(&mut Func, &[Ty]) -> Result<Vec<Ty>, String>;

pub struct ExternFn {
    pub name: &'static str,
    pub doc: &'static str,
    pub infer: Infer,
    pub effects: Effects,
}

impl PartialEq for ExternFn {
    fn eq(&self, o: &ExternFn) -> bool {
        self.name == o.name
    }
}

impl Eq for ExternFn {}

impl std::hash::Hash for ExternFn {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        self.name.hash(h);
    }
}

impl fmt::Debug for ExternFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn give(want: &[Ty], have: &[Ty], out: &[Ty]) -> Result<Vec<Ty>, String> {
    if want == have { Ok(out.to_vec()) } else { Err(format!("{have:?} passed for {want:?}")) }
}

fn scalar_to_str(t: &[Ty]) -> Result<Vec<Ty>, String> {
    match t {
        [Ty::Scalar(_)] => Ok(vec![Ty::Str]),
        _ => Err(format!("a scalar expected, not {t:?}")),
    }
}

fn array_to_str(t: &[Ty]) -> Result<Vec<Ty>, String> {
    match t {
        [Ty::Array(..)] => Ok(vec![Ty::Str]),
        _ => Err(format!("an array expected, not {t:?}")),
    }
}

fn table(f: &mut Func, t: &[Ty], d: DType) -> Result<Vec<Ty>, String> {
    match t {
        [Ty::Str, Ty::Str, Ty::Str, Ty::Scalar(DType::I64), Ty::Str] => {
            Ok(vec![Ty::Array(d, vec![f.new_size().into(), f.new_size().into()])])
        }
        _ => Err(format!("a table of {t:?}")),
    }
}

macro_rules! rows {
    ($($id:ident = $name:literal $effects:ident $infer:expr, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub static $id: ExternFn =
                ExternFn { name: $name, doc: $doc, infer: $infer, effects: Effects::$effects };
        )*
        /// Every row.
        pub static ALL_EXTERNS: &[&ExternFn] = &[$(&$id),*];
    };
}

rows! {
    PRINT = "print" IO |_, t| give(&[Ty::Str], t, &[]), "Writes the text to standard output as it is.";
    FLUSH = "flush" IO |_, t| give(&[], t, &[]), "Writes out what was printed.";
    PRINT_ERROR = "print_error" IO |_, t| give(&[Ty::Str], t, &[]), "Writes the text to standard error.";
    READ_LINE = "read_line" IO |_, t| give(&[], t, &[Ty::Str]), "The next line of standard input with its end; empty where there is none.";
    READ_TEXT = "read_text" IO |_, t| give(&[Ty::I64], t, &[Ty::Str]), "So many characters of standard input, or what is left of it; all of it for a negative number.";
    ARGUMENT = "argument" IO |_, t| give(&[Ty::I64], t, &[Ty::Str]), "sys.argv[i] as the program starts.";
    ARGUMENTS = "arguments" IO |_, t| give(&[], t, &[Ty::I64]), "len(sys.argv) as the program starts.";
    STR_OF = "str_of" NONE |_, t| scalar_to_str(t), "Python's str() of an int, float, bool or complex scalar (i64, f64, bool, c128), and of a NumPy scalar of any other dtype.";
    REPR_NP = "repr_np" NONE |_, t| scalar_to_str(t), "repr() of a NumPy scalar: np.float64(1.5).";
    ARRAY_STR = "array_str" NONE |_, t| array_to_str(t), "str() of an array.";
    ARRAY_REPR = "array_repr" NONE |_, t| array_to_str(t), "repr() of an array.";
    FIELD_WORDS = "field_words" NONE |_, t| array_to_str(t), "The elements of a field of a structured array, as its text shows them: a mark in front of the field and of each of them.";
    FIELDS_TEXT = "fields_text" NONE |_, t| match t {
        [Ty::Str, Ty::Array(..), Ty::Str] => Ok(vec![Ty::Str]),
        _ => Err(format!("fields_text of {t:?}")),
    }, "str() of a structured array: the words of its fields, one of them for the dims, and the fields' dtypes where repr() is asked for.";
    FORMAT = "format" RAISES |_, t| match t {
        [Ty::Scalar(_) | Ty::Str, Ty::Str] => Ok(vec![Ty::Str]),
        _ => Err(format!("format of {t:?}")),
    }, "format(x, spec) of a Python scalar or str.";
    STR_REPR = "str_repr" NONE |_, t| give(&[Ty::Str], t, &[Ty::Str]), "repr() of a str.";
    EXC_STR = "exc_str" NONE |_, t| give(&[Ty::Str], t, &[Ty::Str]), "str(e) from an exception's text.";
    EXC_ARGUMENTS = "exc_arguments" NONE |_, t| give(&[Ty::I64, Ty::Str], t, &[Ty::Str]), "repr(e.args) as repr(e) has it, from the number of an exception's kind and its text.";
    EXC_NAME = "exc_name" NONE |_, t| give(&[Ty::I64, Ty::Str], t, &[Ty::Str]), "The name of an exception's class, from the number of its kind and its text.";
    EXC_CLASS = "exc_class" NONE |_, t| give(&[Ty::Str], t, &[Ty::I64]), "The number of the program's class that an exception with this text is of, or -1.";
    EXC_OBJECT = "exc_object" NONE |_, t| give(&[Ty::Str], t, &[Ty::I64]), "The number of the object that an exception with this text is, or -1.";
    STR_CONCAT = "str_concat" NONE |_, t| give(&[Ty::Str, Ty::Str], t, &[Ty::Str]), "The two texts joined.";
    STR_REPEAT = "str_repeat" RAISES |_, t| give(&[Ty::Str, Ty::I64], t, &[Ty::Str]), "The text so many times.";
    STR_LEN = "str_len" NONE |_, t| give(&[Ty::Str], t, &[Ty::I64]), "The number of code points.";
    STR_EQ = "str_eq" NONE |_, t| give(&[Ty::Str, Ty::Str], t, &[Ty::BOOL]), "Are the texts equal?";
    STR_HASH = "str_hash" NONE |_, t| give(&[Ty::Str], t, &[Ty::I64]), "The hash of a text: the same in every run, unlike Python's.";
    HASH_INT = "hash_int" NONE |_, t| give(&[Ty::I64], t, &[Ty::I64]), "hash() of an int.";
    HASH_FLOAT = "hash_float" RAISES |_, t| give(&[Ty::F64], t, &[Ty::I64]), "hash() of a float; raises for a NaN, whose hash is an address.";
    HASH_ITEM = "hash_item" NONE |_, t| give(&[Ty::I64, Ty::I64], t, &[Ty::I64]), "The hash of a tuple after one more item, whose hash is the second operand.";
    HASH_END = "hash_end" NONE |_, t| give(&[Ty::I64, Ty::I64], t, &[Ty::I64]), "The hash of a tuple after its last item, and how many it has.";
    HASH_MEMBER = "hash_member" NONE |_, t| give(&[Ty::I64], t, &[Ty::I64]), "A member's part in the hash of a frozenset.";
    HASH_MEMBERS = "hash_members" NONE |_, t| give(&[Ty::I64, Ty::I64], t, &[Ty::I64]), "The hash of a frozenset from its members' parts and their number.";
    STR_LT = "str_lt" NONE |_, t| give(&[Ty::Str, Ty::Str], t, &[Ty::BOOL]), "Is the first before the second, by code points?";
    STR_INDEX = "str_index" NONE |_, t| give(&[Ty::Str, Ty::I64], t, &[Ty::Str]), "The code point at an index in bounds, as a text.";
    STR_SLICE = "str_slice" NONE |_, t| give(&[Ty::Str, Ty::I64, Ty::I64, Ty::I64], t, &[Ty::Str]), "Code points from a start by a step, so many.";
    INT_OF_STR = "int_of_str" RAISES |_, t| give(&[Ty::Str], t, &[Ty::I64]), "int() of a text.";
    ROUND_DIGITS = "round_digits" RAISES |_, t| give(&[Ty::F64, Ty::I64], t, &[Ty::F64]), "round(x, digits) of a Python float.";
    INT_DIV = "int_div" NONE |_, t| give(&[Ty::I64, Ty::I64], t, &[Ty::F64]), "a / b of Python ints, correctly rounded, where b is not 0.";
    STR_FIND = "str_find" NONE |_, t| give(&[Ty::Str, Ty::Str], t, &[Ty::I64]), "s.find(part): -1 where there is none.";
    STR_REPLACE = "str_replace" RAISES |_, t| give(&[Ty::Str, Ty::Str, Ty::Str], t, &[Ty::Str]), "s.replace(old, new).";
    STR_UPPER = "str_upper" RAISES |_, t| give(&[Ty::Str], t, &[Ty::Str]), "s.upper().";
    STR_LOWER = "str_lower" RAISES |_, t| give(&[Ty::Str], t, &[Ty::Str]), "s.lower().";
    STR_CHR = "str_chr" RAISES |_, t| give(&[Ty::I64], t, &[Ty::Str]), "chr(code).";
    STR_ORD = "str_ord" RAISES |_, t| give(&[Ty::Str], t, &[Ty::I64]), "ord(s).";
    SAVE = "save" IO |_, t| match t {
        [Ty::Str, Ty::Array(..)] => Ok(vec![]),
        _ => Err(format!("save of {t:?}")),
    }, "np.save(path, a).";
    LOAD = "load" IO |f, t| match t {
        [Ty::Str, Ty::Array(d, dims), Ty::Scalar(DType::Bool)] => {
            Ok(vec![Ty::Array(*d, dims.iter().map(|_| f.new_size().into()).collect())])
        }
        _ => Err(format!("load of {t:?}")),
    }, "np.load(path) of a file whose array has the dtype and rank of the second operand and, where the third holds, Fortran's order. Raises where it has not.";
    FLOAT_OF_STR = "float_of_str" RAISES |_, t| give(&[Ty::Str], t, &[Ty::F64]), "float() of a text.";
    PERF_COUNTER = "perf_counter" IO |_, t| give(&[], t, &[Ty::F64]), "Seconds of a clock that never goes back.";
    TIME = "time" IO |_, t| give(&[], t, &[Ty::F64]), "Seconds since 1970.";
    LOADTXT = "load_text" IO |f, t| table(f, t, DType::F64), "The numbers of a text file as rows and columns. Operands: path, delimiter (empty: white space), comment mark, rows to skip, columns (numbers with commas between; empty: all).";
    LOADTXT_INT = "load_text_int" IO |f, t| table(f, t, DType::I64), "The same of int64.";
}

/// A call of the runtime.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Extern(pub &'static ExternFn);

impl OpDef for Extern {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "extern"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let t = tys(f, x);
        (self.0.infer)(f, &t).map_err(|e| format!("{}: {e}", self.0.name))
    }

    says!(value none);
    says!(borrows all);

    fn effects(&self) -> Effects {
        self.0.effects
    }

    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let results: Vec<Ty> = (0..e.outs.len()).map(|k| ev.out_ty(e, k).cloned()).collect::<Outcome<_>>()?;
        ev.host.extern_call(self.0, &x, &results)
    }
}

impl Plain for Extern {
    // None of the rows is a function of floats to floats.
    says!(no tangent);
    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err(format!("{} of a value that differs between lanes", self.0.name))
    }

    says!(is kept);
}

impl Extern {
    says!(no samples);
}
