//! Types, entities and the small closed enumerations of the loop IR.
//!
//! Everything that appears in the text form by name is declared through `named!`, which gives `ALL`, `name` and
//! `from_name`: writer and reader cannot disagree about a spelling.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An enumeration whose variants have a spelling in the text form.
macro_rules! named {
    ($(#[$m:meta])* pub enum $T:ident { $($(#[$vm:meta])* $V:ident = $s:literal),* $(,)? }) => {
        $(#[$m])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $T { $($(#[$vm])* $V),* }
        impl $T {
            pub const ALL: &'static [$T] = &[$($T::$V),*];
            pub fn name(self) -> &'static str {
                match self { $($T::$V => $s),* }
            }
            pub fn from_name(name: &str) -> Option<$T> {
                match name { $($s => Some($T::$V),)* _ => None }
            }
        }
        impl std::fmt::Display for $T {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named! {
    /// What one lane of a value is. Integers have no sign; instructions do.
    pub enum Elem {
        I1 = "i1",
        I8 = "i8",
        I16 = "i16",
        I32 = "i32",
        I64 = "i64",
        F32 = "f32",
        F64 = "f64",
        Ptr = "ptr",
    }
}

impl Elem {
    /// Bits that carry information.
    pub fn bits(self) -> u32 {
        match self {
            Elem::I1 => 1,
            Elem::I8 => 8,
            Elem::I16 => 16,
            Elem::I32 | Elem::F32 => 32,
            Elem::I64 | Elem::F64 | Elem::Ptr => 64,
        }
    }

    /// Bytes in memory; an i1 is a byte that is 0 or 1.
    pub fn bytes(self) -> u32 {
        self.bits().div_ceil(8)
    }

    /// An integer, i1 included.
    pub fn is_int(self) -> bool {
        matches!(self, Elem::I1 | Elem::I8 | Elem::I16 | Elem::I32 | Elem::I64)
    }

    pub fn is_float(self) -> bool {
        matches!(self, Elem::F32 | Elem::F64)
    }

    /// The bits of a value of this type, all others cleared.
    pub fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    /// The integer type of the same width.
    pub fn as_int(self) -> Elem {
        match self {
            Elem::F32 => Elem::I32,
            Elem::F64 | Elem::Ptr => Elem::I64,
            e => e,
        }
    }
}

/// A scalar (`lanes == 1`) or a vector of 2 to 64 lanes, a power of two. There are no vectors of `ptr`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Type {
    pub elem: Elem,
    pub lanes: u16,
}

impl Type {
    pub const I1: Type = Type { elem: Elem::I1, lanes: 1 };
    pub const I8: Type = Type { elem: Elem::I8, lanes: 1 };
    pub const I16: Type = Type { elem: Elem::I16, lanes: 1 };
    pub const I32: Type = Type { elem: Elem::I32, lanes: 1 };
    pub const I64: Type = Type { elem: Elem::I64, lanes: 1 };
    pub const F32: Type = Type { elem: Elem::F32, lanes: 1 };
    pub const F64: Type = Type { elem: Elem::F64, lanes: 1 };
    pub const PTR: Type = Type { elem: Elem::Ptr, lanes: 1 };

    pub fn scalar(elem: Elem) -> Type {
        Type { elem, lanes: 1 }
    }

    pub fn vec(elem: Elem, lanes: u16) -> Type {
        Type { elem, lanes }
    }

    pub fn is_vec(self) -> bool {
        self.lanes > 1
    }

    pub fn is_int(self) -> bool {
        self.elem.is_int()
    }

    pub fn is_float(self) -> bool {
        self.elem.is_float()
    }

    /// The same number of lanes of another element.
    pub fn with_elem(self, elem: Elem) -> Type {
        Type { elem, lanes: self.lanes }
    }

    /// The same element in another number of lanes.
    pub fn with_lanes(self, lanes: u16) -> Type {
        Type { elem: self.elem, lanes }
    }

    /// What a comparison of two values of this type gives.
    pub fn mask(self) -> Type {
        self.with_elem(Elem::I1)
    }

    /// Bytes in memory.
    pub fn bytes(self) -> u32 {
        self.elem.bytes() * u32::from(self.lanes)
    }

    /// Is this one of the types that exist?
    pub fn is_valid(self) -> bool {
        self.lanes == 1 || (self.elem != Elem::Ptr && self.lanes.is_power_of_two() && self.lanes <= 64)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_vec() { write!(f, "vec<{}, {}>", self.elem, self.lanes) } else { write!(f, "{}", self.elem) }
    }
}

macro_rules! entity {
    ($(#[$m:meta])* $T:ident, $prefix:literal) => {
        $(#[$m])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $T(pub u32);
        impl $T {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl fmt::Display for $T {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

entity!(
    /// An SSA value of one function.
    Val,
    "%"
);
entity!(
    /// A function of the module, by its place in `Module::funcs`.
    FuncId,
    "fn"
);
entity!(
    /// A place in the source that can raise, by its place in `Module::sites`.
    SiteId,
    "site"
);

/// Two accesses of different classes other than `MAY_ALIAS` never overlap during one activation of the function, in
/// whichever iterations they happen: buffers that a loop swaps are one class.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct AliasClass(pub u16);

impl AliasClass {
    /// May overlap with anything.
    pub const MAY_ALIAS: AliasClass = AliasClass(0);
}

/// The rewrites of floating-point arithmetic that a function allows (`relax` makes them); the default allows none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct FastMath(pub u8);

impl FastMath {
    pub const NONE: FastMath = FastMath(0);
    pub const REASSOC: FastMath = FastMath(1);
    pub const NNAN: FastMath = FastMath(2);
    pub const NINF: FastMath = FastMath(4);
    pub const NSZ: FastMath = FastMath(8);
    pub const ARCP: FastMath = FastMath(16);
    pub const CONTRACT: FastMath = FastMath(32);
    pub const AFN: FastMath = FastMath(64);
    pub const ALL: FastMath = FastMath(127);

    /// The flags with Numba's names for them.
    pub const NAMES: &'static [(FastMath, &'static str)] = &[
        (FastMath::REASSOC, "reassoc"),
        (FastMath::NNAN, "nnan"),
        (FastMath::NINF, "ninf"),
        (FastMath::NSZ, "nsz"),
        (FastMath::ARCP, "arcp"),
        (FastMath::CONTRACT, "contract"),
        (FastMath::AFN, "afn"),
    ];

    pub fn contains(self, other: FastMath) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn from_name(name: &str) -> Option<FastMath> {
        Self::NAMES.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

impl std::ops::BitOr for FastMath {
    type Output = FastMath;
    fn bitor(self, other: FastMath) -> FastMath {
        FastMath(self.0 | other.0)
    }
}

named! {
    /// Lane-wise instructions of two operands of one type; `inst.rs` says what each computes.
    pub enum BinOp {
        Add = "add",
        Sub = "sub",
        Mul = "mul",
        And = "and",
        Or = "or",
        Xor = "xor",
        Shl = "shl",
        LShr = "lshr",
        AShr = "ashr",
        SDiv = "sdiv",
        SRem = "srem",
        UDiv = "udiv",
        URem = "urem",
        SMin = "smin",
        SMax = "smax",
        UMin = "umin",
        UMax = "umax",
        SMulHi = "smul_hi",
        UMulHi = "umul_hi",
        FAdd = "fadd",
        FSub = "fsub",
        FMul = "fmul",
        FDiv = "fdiv",
        FMin = "fmin",
        FMax = "fmax",
        CopySign = "copysign",
    }
}

impl BinOp {
    pub fn is_float(self) -> bool {
        use BinOp::*;
        matches!(self, FAdd | FSub | FMul | FDiv | FMin | FMax | CopySign)
    }

    pub fn is_commutative(self) -> bool {
        use BinOp::*;
        // fmin and fmax are not: of two equal operands they give the second. Float sums commute but for the payload
        // of NaN, which is unspecified.
        matches!(self, Add | Mul | And | Or | Xor | SMin | SMax | UMin | UMax | SMulHi | UMulHi)
    }
}

named! {
    /// Lane-wise instructions of one operand, with a result of its type.
    pub enum UnOp {
        Not = "not",
        Popcnt = "popcnt",
        Clz = "clz",
        Ctz = "ctz",
        FNeg = "fneg",
        FAbs = "fabs",
        Sqrt = "sqrt",
        Floor = "floor",
        Ceil = "ceil",
        FTrunc = "ftrunc",
        Rint = "rint",
    }
}

impl UnOp {
    pub fn is_float(self) -> bool {
        !matches!(self, UnOp::Not | UnOp::Popcnt | UnOp::Clz | UnOp::Ctz)
    }
}

named! {
    /// Integer comparisons.
    pub enum IntCmp {
        Eq = "eq",
        Ne = "ne",
        Slt = "slt",
        Sle = "sle",
        Sgt = "sgt",
        Sge = "sge",
        Ult = "ult",
        Ule = "ule",
        Ugt = "ugt",
        Uge = "uge",
    }
}

named! {
    /// IEEE comparisons: with a NaN all are false but `ne`, and `uno`, which is true exactly then.
    pub enum FloatCmp {
        Eq = "eq",
        Ne = "ne",
        Lt = "lt",
        Le = "le",
        Gt = "gt",
        Ge = "ge",
        Uno = "uno",
    }
}

named! {
    /// Integer arithmetic that also says whether it overflowed.
    pub enum OvOp {
        SAdd = "sadd_ov",
        SSub = "ssub_ov",
        SMul = "smul_ov",
        UAdd = "uadd_ov",
        USub = "usub_ov",
        UMul = "umul_ov",
    }
}

named! {
    /// Conversions, lane by lane.
    pub enum Cast {
        Sext = "sext",
        Zext = "zext",
        Trunc = "trunc",
        SToF = "sitofp",
        UToF = "uitofp",
        FToS = "fptosi",
        FToU = "fptoui",
        FExt = "fpext",
        FNarrow = "fptrunc",
        Bitcast = "bitcast",
    }
}

named! {
    /// Functions of the C library; `f32` uses the symbol with an `f` behind it.
    pub enum MathFn {
        Exp = "exp",
        Exp2 = "exp2",
        Expm1 = "expm1",
        Log = "log",
        Log2 = "log2",
        Log10 = "log10",
        Log1p = "log1p",
        Sin = "sin",
        Cos = "cos",
        Tan = "tan",
        Asin = "asin",
        Acos = "acos",
        Atan = "atan",
        Sinh = "sinh",
        Cosh = "cosh",
        Tanh = "tanh",
        Asinh = "asinh",
        Acosh = "acosh",
        Atanh = "atanh",
        Cbrt = "cbrt",
        Erf = "erf",
        Erfc = "erfc",
        Tgamma = "tgamma",
        Lgamma = "lgamma",
        Atan2 = "atan2",
        Pow = "pow",
        Hypot = "hypot",
        Fmod = "fmod",
        NextAfter = "nextafter",
    }
}

impl MathFn {
    pub fn arity(self) -> usize {
        use MathFn::*;
        if matches!(self, Atan2 | Pow | Hypot | Fmod | NextAfter) { 2 } else { 1 }
    }

    /// The symbol in the C library.
    pub fn symbol(self, elem: Elem) -> String {
        let suffix = if elem == Elem::F32 { "f" } else { "" };
        format!("{}{suffix}", self.name())
    }
}
