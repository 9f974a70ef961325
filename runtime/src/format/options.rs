//! What `np.set_printoptions` sets.

/// How the digits after the point are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FloatMode {
    /// Always `precision` digits.
    Fixed,
    /// As many as identify each value.
    Unique,
    /// At most `precision`, each value with its own.
    #[default]
    MaxPrec,
    /// At most `precision`, all values with the same number.
    MaxPrecEqual,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sign {
    #[default]
    Minus,
    Plus,
    Space,
}

/// Options of array printing; `default()` is NumPy's.
#[derive(Clone, PartialEq, Debug)]
pub struct PrintOptions {
    pub precision: usize,
    /// More elements than this are summarized.
    pub threshold: usize,
    /// How many items a summary keeps at each end of a dim.
    pub edgeitems: usize,
    pub linewidth: usize,
    /// Never scientific form because of small values.
    pub suppress: bool,
    pub nanstr: String,
    pub infstr: String,
    pub sign: Sign,
    pub floatmode: FloatMode,
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions {
            precision: 8,
            threshold: 1000,
            edgeitems: 3,
            linewidth: 75,
            suppress: false,
            nanstr: "nan".to_owned(),
            infstr: "inf".to_owned(),
            sign: Sign::Minus,
            floatmode: FloatMode::MaxPrec,
        }
    }
}
