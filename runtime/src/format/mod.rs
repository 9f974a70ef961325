//! Numbers, strings and arrays as text, exactly as CPython 3 and NumPy 2 print them.
//!
//! `digits` finds decimal digits; `python` and `spec` are Python's own types, `numpy_scalar` and `array` NumPy's.
//! Nothing here writes anywhere: every function returns its text.

mod array;
mod digits;
mod numpy_scalar;
mod options;
mod python;
mod spec;

pub(crate) use array::shape_text;
pub use array::{array_repr, array_str, field_words, fields_text};
pub use numpy_scalar::{scalar_repr, scalar_str};
pub use options::{FloatMode, PrintOptions, Sign};
pub use python::{bool_repr, complex_repr, float_repr, str_repr};
pub use spec::{format_bool, format_complex, format_float, format_int, format_str, format_uint};
