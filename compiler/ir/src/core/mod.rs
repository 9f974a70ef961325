//! The core IR: pure A-normal form with structured control flow.

pub mod builder;
pub mod dims;
pub mod entity;
pub mod eval;
pub mod func;
pub mod host;
pub mod text;
pub mod ty;
pub mod value;
pub mod verify;

pub use builder::Builder;
pub use dims::{Atom, Dim};
pub use entity::{Block, FuncId, Loc, Sym, Var};
pub use func::{BlockData, Eqn, Func, Location, Mark, Module, Names, Signature, SymData, SymDef, VarData};
pub use ty::Ty;
pub use value::{Array, Scalar, Value};
