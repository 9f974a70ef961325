//! Types of the core IR.
//!
//! Python's and NumPy's scalars have one representation here; what tells them apart (overflow raises or wraps, how
//! they print) was settled by inference. An array is a pure value: memory order, views and ownership are not in it.

use super::dims::Dim;
use super::entity::Sym;
use quipu_abi::DType;
use std::fmt;

#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Ty {
    Scalar(DType),
    /// Of any rank; an array of rank 0 is not a scalar.
    Array(DType, Vec<Dim>),
    /// An immutable string.
    Str,
    /// A growable sequence. The dims of an element that is an array may be symbols that nothing defines: each
    /// element has its own.
    List(Box<Ty>),
    /// What the forward pass of a derivative keeps for the backward pass. With a capacity it never grows: at most so
    /// many values are on it, counted from its first push, and it is one block of that size.
    Tape(Box<Ty>, Option<Dim>),
    /// A mutable cell, for what an exception's handler sees.
    Cell(Box<Ty>),
}

impl Ty {
    pub const BOOL: Ty = Ty::Scalar(DType::Bool);
    pub const I64: Ty = Ty::Scalar(DType::I64);
    pub const F64: Ty = Ty::Scalar(DType::F64);

    /// The dtype of a scalar or an array's elements.
    pub fn dtype(&self) -> Option<DType> {
        match self {
            Ty::Scalar(d) | Ty::Array(d, _) => Some(*d),
            Ty::Tape(t, _) => t.dtype(),
            Ty::Str | Ty::List(_) | Ty::Cell(_) => None,
        }
    }

    /// The dims of an array; nothing for anything else.
    pub fn dims(&self) -> &[Dim] {
        match self {
            Ty::Array(_, d) => d,
            _ => &[],
        }
    }

    pub fn rank(&self) -> usize {
        self.dims().len()
    }

    pub fn is_scalar(&self) -> bool {
        matches!(self, Ty::Scalar(_))
    }

    pub fn is_array(&self) -> bool {
        matches!(self, Ty::Array(..))
    }

    pub fn is_tape(&self) -> bool {
        matches!(self, Ty::Tape(..))
    }

    /// Subject to the rule of linearity (consumed at most once): what lives in a buffer. Scalars and strings are free.
    pub fn is_place(&self) -> bool {
        matches!(self, Ty::Array(..) | Ty::List(_) | Ty::Tape(..))
    }

    /// Has a tangent space.
    pub fn differentiable(&self) -> bool {
        match self {
            Ty::List(t) | Ty::Tape(t, _) => t.differentiable(),
            t => t.dtype().is_some_and(DType::is_inexact),
        }
    }

    /// The same shape with another dtype.
    pub fn with_dtype(&self, dtype: DType) -> Ty {
        match self {
            Ty::Array(_, d) => Ty::Array(dtype, d.clone()),
            _ => Ty::Scalar(dtype),
        }
    }

    /// With a leading batch dim.
    pub fn batched(&self, n: &Dim) -> Ty {
        match self {
            Ty::Scalar(d) => Ty::Array(*d, vec![n.clone()]),
            Ty::Array(d, s) => Ty::Array(*d, std::iter::once(n).chain(s).cloned().collect()),
            Ty::Tape(t, cap) => Ty::Tape(Box::new(t.batched(n)), cap.clone()),
            t => t.clone(),
        }
    }

    /// Calls `f` on every dim inside.
    pub fn visit_dims_mut(&mut self, f: &mut dyn FnMut(&mut Dim)) {
        match self {
            Ty::Array(_, d) => d.iter_mut().for_each(f),
            Ty::List(t) | Ty::Cell(t) => t.visit_dims_mut(f),
            Ty::Tape(t, cap) => {
                t.visit_dims_mut(f);
                cap.iter_mut().for_each(f);
            }
            Ty::Scalar(_) | Ty::Str => {}
        }
    }

    pub fn subst(&self, f: &mut dyn FnMut(Sym) -> Dim) -> Ty {
        let mut t = self.clone();
        t.visit_dims_mut(&mut |d| *d = d.subst(f));
        t
    }

    /// Calls `f` on every symbol inside.
    pub fn visit_syms(&self, f: &mut dyn FnMut(Sym)) {
        match self {
            Ty::Array(_, d) => d.iter().for_each(|d| d.visit_syms(f)),
            Ty::List(t) | Ty::Cell(t) => t.visit_syms(f),
            Ty::Tape(t, cap) => {
                t.visit_syms(f);
                cap.iter().for_each(|d| d.visit_syms(f));
            }
            Ty::Scalar(_) | Ty::Str => {}
        }
    }
}

impl Ty {
    /// The text form with these names of symbols.
    pub fn show(&self, name: &dyn Fn(Sym) -> String) -> String {
        match self {
            Ty::Scalar(d) => d.short().to_string(),
            Ty::Array(d, dims) => {
                let dims: Vec<String> = dims.iter().map(|n| n.show(name)).collect();
                format!("{}[{}]", d.short(), dims.join(", "))
            }
            Ty::Str => "str".to_string(),
            Ty::List(t) => format!("list<{}>", t.show(name)),
            Ty::Tape(t, None) => format!("tape<{}>", t.show(name)),
            Ty::Tape(t, Some(cap)) => format!("tape<{}, {}>", t.show(name), cap.show(name)),
            Ty::Cell(t) => format!("cell<{}>", t.show(name)),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(&|s| s.to_string()))
    }
}

impl fmt::Debug for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
