//! Element types of arrays and scalars, with NumPy's names and promotion.

/// An element type. The order of the numeric ones is that of NumPy's type numbers within a kind.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum DType {
    Bool = 0,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    C64,
    C128,
}

/// The kind of a dtype, ordered as promotion orders them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
    Complex,
}

impl DType {
    pub const ALL: [DType; 13] = {
        use DType::*;
        [Bool, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64, C64, C128]
    };

    /// NumPy's name: `float64`.
    pub fn name(self) -> &'static str {
        use DType::*;
        match self {
            Bool => "bool",
            I8 => "int8",
            I16 => "int16",
            I32 => "int32",
            I64 => "int64",
            U8 => "uint8",
            U16 => "uint16",
            U32 => "uint32",
            U64 => "uint64",
            F32 => "float32",
            F64 => "float64",
            C64 => "complex64",
            C128 => "complex128",
        }
    }

    /// The IR's name: `f64`.
    pub fn short(self) -> &'static str {
        use DType::*;
        match self {
            Bool => "bool",
            I8 => "i8",
            I16 => "i16",
            I32 => "i32",
            I64 => "i64",
            U8 => "u8",
            U16 => "u16",
            U32 => "u32",
            U64 => "u64",
            F32 => "f32",
            F64 => "f64",
            C64 => "c64",
            C128 => "c128",
        }
    }

    pub fn from_short(name: &str) -> Option<DType> {
        Self::ALL.into_iter().find(|d| d.short() == name)
    }

    pub fn from_name(name: &str) -> Option<DType> {
        Self::ALL.into_iter().find(|d| d.name() == name)
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        use DType::*;
        match self {
            Bool | I8 | U8 => 1,
            I16 | U16 => 2,
            I32 | U32 | F32 => 4,
            I64 | U64 | F64 | C64 => 8,
            C128 => 16,
        }
    }

    pub fn kind(self) -> Kind {
        use DType::*;
        match self {
            Bool => Kind::Bool,
            U8 | U16 | U32 | U64 => Kind::Unsigned,
            I8 | I16 | I32 | I64 => Kind::Signed,
            F32 | F64 => Kind::Float,
            C64 | C128 => Kind::Complex,
        }
    }

    pub fn is_int(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    pub fn is_float(self) -> bool {
        self.kind() == Kind::Float
    }

    pub fn is_complex(self) -> bool {
        self.kind() == Kind::Complex
    }

    /// Has a tangent space: floats and complex numbers.
    pub fn is_inexact(self) -> bool {
        self.kind() >= Kind::Float
    }

    /// The float of a complex dtype's parts; any other dtype is its own.
    pub fn real(self) -> DType {
        match self {
            DType::C64 => DType::F32,
            DType::C128 => DType::F64,
            d => d,
        }
    }

    pub fn complex(self) -> DType {
        match self {
            DType::F32 | DType::C64 => DType::C64,
            _ => DType::C128,
        }
    }

    /// `np.promote_types`: the smallest dtype that both convert to safely.
    pub fn promote(self, other: DType) -> DType {
        use DType::*;
        if self == other {
            return self;
        }
        let (a, b) = if self.kind() <= other.kind() { (self, other) } else { (other, self) };
        match (a.kind(), b.kind()) {
            (Kind::Bool, _) => b,
            (Kind::Unsigned, Kind::Signed) => match a.size().max(1) * 2 {
                need if need <= b.size() => b,
                2 => I16.max_size(b),
                4 => I32.max_size(b),
                8 => I64.max_size(b),
                _ => F64,
            },
            (Kind::Unsigned | Kind::Signed, Kind::Float) => {
                if b == F32 && a.size() > 2 {
                    F64
                } else {
                    b
                }
            }
            (Kind::Unsigned | Kind::Signed, Kind::Complex) => {
                if b == C64 && a.size() > 2 {
                    C128
                } else {
                    b
                }
            }
            (Kind::Float, Kind::Complex) => {
                if a == F64 {
                    C128
                } else {
                    b
                }
            }
            _ => a.max_size(b),
        }
    }

    fn max_size(self, other: DType) -> DType {
        if self.size() >= other.size() { self } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::DType::{self, *};

    /// Recorded from `np.promote_types` of NumPy 2.4.
    #[test]
    fn promotion_is_numpys() {
        for (a, b, want) in [
            (Bool, I8, I8),
            (U8, I8, I16),
            (U16, I8, I32),
            (U32, I32, I64),
            (U64, I8, F64),
            (U8, I64, I64),
            (I16, F32, F32),
            (I32, F32, F64),
            (U16, C64, C64),
            (I64, C64, C128),
            (F64, C64, C128),
            (F32, C64, C64),
            (U8, U32, U32),
            (F32, F64, F64),
        ] {
            assert_eq!((a.promote(b), b.promote(a)), (want, want), "{a:?} {b:?}");
        }
    }

    #[test]
    fn names_round_trip() {
        for d in DType::ALL {
            assert_eq!((DType::from_short(d.short()), DType::from_name(d.name())), (Some(d), Some(d)));
        }
    }
}
