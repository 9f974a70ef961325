//! Decimal digits of floats: the shortest that read back as the same float, or a given number of exact ones.
//!
//! A finite float is `d0.d1d2.. * 10^exp`. Rust's own formatting does both jobs exactly: `{:e}` prints the shortest
//! digits that identify the value among its type's neighbours (the closest such, as David Gay's mode 0 and NumPy's
//! Dragon4 do), `{:.Ne}` and `{:.N}` round the exact binary value half to even. So a float32 must be
//! passed as one for its shortest digits, but may be widened for exact ones.

/// A float that can be taken apart; `f32` and `f64`.
pub trait Float: Copy + PartialOrd + Into<f64> {
    fn shortest(self) -> Digits;
}

impl Float for f64 {
    fn shortest(self) -> Digits {
        let digits = Digits::parse(&format!("{self:e}"));
        // 17 digits identify any f64.
        if exact_digits_at_most(self, 18) {
            return digits.half_to_even(self, |text| text.parse() == Ok(self));
        }
        digits
    }
}

impl Float for f32 {
    fn shortest(self) -> Digits {
        let digits = Digits::parse(&format!("{self:e}"));
        if exact_digits_at_most(self.into(), 10) {
            return digits.half_to_even(self.into(), |text| text.parse() == Ok(self));
        }
        digits
    }
}

/// False where the exact value surely has more digits than `n`.
fn exact_digits_at_most(x: f64, n: i32) -> bool {
    let bits = x.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7ff) as i32);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    if mantissa == 0 {
        return false;
    }
    let zeros = mantissa.trailing_zeros();
    let odd = (mantissa >> zeros) as f64;
    // x = odd * 2^scale; below 1 that is odd * 5^-scale * 10^scale.
    let scale = exponent.max(1) - 1075 + zeros as i32;
    scale >= 0 || odd * 5f64.powi(-scale) < 10f64.powi(n)
}

/// No f64 has more digits than this after the point (1074) or in all (767), so beyond it come zeros. (Rust's
/// formatting panics at a precision above 65535.)
const EXACT_DIGITS: usize = 1100;

/// `digits[0].digits[1..] * 10^exp`, negative where `neg`. Zero is the one digit `0` with `exp` 0. Never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digits {
    pub neg: bool,
    pub digits: Vec<u8>,
    pub exp: i32,
}

impl Digits {
    /// From Rust's `{:e}` text of a finite float.
    fn parse(text: &str) -> Digits {
        let (neg, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exp) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        Digits { neg, digits, exp: exp.parse().unwrap_or(0) }
    }

    /// Of two shortest texts that are equally near, CPython and NumPy print the even one, Rust the upper one. That there
    /// are two takes a value whose exact digits are one more than the shortest, which few are: `exact_digits_at_most`.
    fn half_to_even(self, x: f64, is_x: impl Fn(&str) -> bool) -> Digits {
        let text = format!("{:.*e}", self.digits.len() - 1, x);
        if is_x(&text) { Digits::parse(&text) } else { self }
    }

    /// `count` (at least 1) significant digits of the exact value.
    pub fn significant(x: f64, count: usize) -> Digits {
        let count = count.max(1);
        let mut digits = Digits::parse(&format!("{:.*e}", count.min(EXACT_DIGITS) - 1, x));
        digits.digits.resize(count, b'0');
        digits
    }

    /// The digits up to `decimals` places after the point, of the exact value.
    pub fn fixed(x: f64, decimals: usize) -> Fixed {
        let text = format!("{:.*}", decimals.min(EXACT_DIGITS), x.abs());
        let (int, frac) = text.split_once('.').unwrap_or((&text, ""));
        let mut fixed = Fixed { neg: x.is_sign_negative(), int: int.to_owned(), frac: frac.to_owned() };
        fixed.pad_frac(decimals);
        fixed
    }

    /// The exponent of the last digit.
    pub fn last_place(&self) -> i32 {
        self.exp - (self.digits.len() as i32 - 1)
    }

    /// As integer and fraction part; the integer part has at least one digit, the fraction may be empty.
    pub fn positional(&self) -> Fixed {
        let text = |digits: &[u8]| digits.iter().map(|&d| char::from(d)).collect::<String>();
        let n = self.digits.len();
        let (int, frac) = if self.exp < 0 {
            let zeros = "0".repeat((-self.exp - 1) as usize);
            ("0".to_owned(), zeros + &text(&self.digits))
        } else if n <= self.exp as usize + 1 {
            (text(&self.digits) + &"0".repeat(self.exp as usize + 1 - n), String::new())
        } else {
            let split = self.exp as usize + 1;
            (text(&self.digits[..split]), text(&self.digits[split..]))
        };
        Fixed { neg: self.neg, int, frac }
    }

    /// As one digit before the point, the rest after it, and the exponent.
    pub fn scientific(&self) -> (Fixed, i32) {
        let frac = self.digits[1..].iter().map(|&d| char::from(d)).collect();
        (Fixed { neg: self.neg, int: char::from(self.digits[0]).to_string(), frac }, self.exp)
    }
}

/// The two halves of a decimal number; `int` is never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fixed {
    pub neg: bool,
    pub int: String,
    pub frac: String,
}

impl Fixed {
    pub fn trim_zeros(&mut self) {
        let kept = self.frac.trim_end_matches('0').len();
        self.frac.truncate(kept);
    }

    pub fn pad_frac(&mut self, places: usize) {
        while self.frac.len() < places {
            self.frac.push('0');
        }
    }
}
