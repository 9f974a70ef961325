//! The text form of the core IR.
//!
//! ```text
//! ; A comment. Symbols of the dims algebra are named where they are first mentioned.
//! func @f(consume %a: f64[n], %k as m: i64) -> f64[n] where m >= 1 {
//!     %z = const f64 0.0
//!     %t: f64[m] = broadcast %z, dims=[m], axes=[]
//!     %r: f64[n] = for %i < %k carry (%b: f64[n] = %a) {
//!         %v = read %b[at %i]
//!         %w = map sin %v
//!         %c: f64[n] = update %b[at %i], %w
//!         yield %c
//!     }
//!     return %r
//! }
//! ```
//! `%k as m` says that `m` is the value of `%k`. Types of results may be left out; they name fresh sizes. A function
//! `@f[n, m](..)` lists its symbols where the order of their first mention is not the order that normal forms of dims
//! depend on; `func fastmath @f` allows rewrites that change rounding. Places in the source are not part of the text.
//!
//! ```text
//! if %c (%x: T = %a) { .. yield .. } else (%y: T = %a) { .. yield .. }
//! for until reverse parallel %i < %n carry (%x: T = %a) { .. yield .., %stop }
//! while (%x: T = %a) { .. yield %go } do (%y: T) { .. yield .. }
//! try { .. } except ValueError, IndexError (%kind: i64, %text: str) { .. }
//! read %a[:, at %i, range %start %step len n - 2, lane]
//! ```

mod equation;
mod lex;
mod literal;
mod read;
mod write;

pub use literal::value;
pub(crate) use read::pair_dims;
pub use read::{TextError, parse};
pub use write::Shown;
