//! NumPy's `default_rng`: the same numbers from the same seed.
//!
//! A seed is spread over 256 bits by `SeedSequence` (a pool of four words, hashed and mixed), which start `PCG64`: a
//! 128-bit linear congruential generator whose output is the two halves xored and rotated. Draws:
//! - `random`: the upper 53 bits as a fraction;
//! - `integers`: a multiply and shift with rejection (Lemire), on 32-bit halves where the range allows. The upper half of
//!   a 64-bit output is kept for the next 32-bit draw;
//! - `normal`: the ziggurat of 256 strips, whose tables are in `ziggurat`.
//!
//! A generator is sequential by nature; what it draws into an array is in C order.

mod ziggurat;

use crate::error::{Error, Result};
use ziggurat::{HEIGHTS, STRIP_LIMITS, STRIP_WIDTHS};

/// The state of a `np.random.Generator`. Plain data: compiled code may hold it in a block of memory and copy it.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Generator {
    state: u128,
    increment: u128,
    /// The unused upper half of an output, where `has_half` is 1.
    half: u32,
    has_half: u32,
}

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

/// The edge of the last strip, beyond which the tail begins.
const TAIL: f64 = 3.654_152_885_361_009;

/// `SeedSequence(entropy).generate_state(4, uint64)` for entropy in 32-bit words, the least significant first.
fn seed_words(entropy: &[u32]) -> [u64; 4] {
    let mut multiplier = 0x43b0_d7e5u32;
    let mut hash = |value: u32| {
        let value = value ^ multiplier;
        multiplier = multiplier.wrapping_mul(0x931e_8875);
        let value = value.wrapping_mul(multiplier);
        value ^ (value >> 16)
    };
    let mix = |x: u32, y: u32| {
        let mixed = x.wrapping_mul(0xca01_f9dd).wrapping_sub(y.wrapping_mul(0x4973_f715));
        mixed ^ (mixed >> 16)
    };
    let mut pool = [0; 4];
    for (i, word) in pool.iter_mut().enumerate() {
        *word = hash(entropy.get(i).copied().unwrap_or(0));
    }
    for from in 0..4 {
        for to in 0..4 {
            if from != to {
                pool[to] = mix(pool[to], hash(pool[from]));
            }
        }
    }
    for &word in entropy.iter().skip(4) {
        for to in &mut pool {
            *to = mix(*to, hash(word));
        }
    }
    let mut multiplier = 0x8b51_f9ddu32;
    let mut words = [0u32; 8];
    for (i, word) in words.iter_mut().enumerate() {
        let value = pool[i % 4] ^ multiplier;
        multiplier = multiplier.wrapping_mul(0x58f3_8ded);
        let value = value.wrapping_mul(multiplier);
        *word = value ^ (value >> 16);
    }
    std::array::from_fn(|i| u64::from(words[2 * i]) | u64::from(words[2 * i + 1]) << 32)
}

impl Generator {
    /// `np.random.default_rng(seed)`.
    pub fn new(seed: i64) -> Result<Generator> {
        let seed = u64::try_from(seed).map_err(|_| Error::value("expected non-negative integer"))?;
        let words = [seed as u32, (seed >> 32) as u32];
        Ok(Generator::from_entropy(if words[1] == 0 { &words[..1] } else { &words }))
    }

    /// A generator seeded by 32-bit words, the least significant first.
    pub fn from_entropy(entropy: &[u32]) -> Generator {
        let words = seed_words(entropy).map(u128::from);
        let increment = (words[2] << 64 | words[3]) << 1 | 1;
        let mut generator = Generator { state: 0, increment, half: 0, has_half: 0 };
        generator.step();
        generator.state = generator.state.wrapping_add(words[0] << 64 | words[1]);
        generator.step();
        generator
    }

    fn step(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.step();
        let folded = (self.state >> 64) as u64 ^ self.state as u64;
        folded.rotate_right((self.state >> 122) as u32)
    }

    /// 32 random bits: two draws share an output.
    pub fn next_u32(&mut self) -> u32 {
        if self.has_half != 0 {
            self.has_half = 0;
            return self.half;
        }
        let bits = self.next_u64();
        self.half = (bits >> 32) as u32;
        self.has_half = 1;
        bits as u32
    }

    /// `rng.random()`: uniform in [0, 1).
    pub fn random(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `rng.integers(low, high)`: uniform in [low, high).
    pub fn integers(&mut self, low: i64, high: i64) -> Result<i64> {
        if low >= high {
            return Err(Error::value("low >= high"));
        }
        Ok(low.wrapping_add(self.below(high.wrapping_sub(low) as u64) as i64))
    }

    /// Uniform below `n`, which is not 0.
    fn below(&mut self, n: u64) -> u64 {
        if n == 1 {
            return 0;
        }
        let Ok(n) = u32::try_from(n) else {
            if n == 1 << 32 {
                return self.next_u32().into();
            }
            return self.below_wide(n);
        };
        let mut product = u64::from(self.next_u32()) * u64::from(n);
        if (product as u32) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u32) < threshold {
                product = u64::from(self.next_u32()) * u64::from(n);
            }
        }
        product >> 32
    }

    fn below_wide(&mut self, n: u64) -> u64 {
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }

    /// `rng.standard_normal()`.
    pub fn normal(&mut self) -> f64 {
        loop {
            let bits = self.next_u64();
            let strip = (bits & 0xff) as usize;
            let negative = bits >> 8 & 1 != 0;
            let inside = bits >> 9 & 0x000f_ffff_ffff_ffff;
            let x = inside as f64 * f64::from_bits(STRIP_WIDTHS[strip]);
            let x = if negative { -x } else { x };
            if inside < STRIP_LIMITS[strip] {
                return x;
            }
            if strip == 0 {
                return self.tail(inside >> 8 & 1 != 0);
            }
            let (above, below) = (f64::from_bits(HEIGHTS[strip - 1]), f64::from_bits(HEIGHTS[strip]));
            if (above - below) * self.random() + below < crate::scalar::double::exp(-0.5 * x * x) {
                return x;
            }
        }
    }

    fn tail(&mut self, negative: bool) -> f64 {
        let log1p = crate::scalar::double::log1p;
        loop {
            let x = -(1.0 / TAIL) * log1p(-self.random());
            let y = -log1p(-self.random());
            if y + y > x * x {
                return if negative { -(TAIL + x) } else { TAIL + x };
            }
        }
    }
}
