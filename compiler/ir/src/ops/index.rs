//! Reading and writing parts of a base: chains of basic indices, gathers and scatters, masks.
//!
//! Everything here is in bounds by construction: slices are clamped and indices checked (`NormIndex`) before.

use super::*;
use quipu_abi::DType;
use std::rc::Rc;

/// What a chain takes of one axis.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ix {
    /// The whole axis.
    All,
    /// One element: an i64 operand. A vector operand `i64[lanes]` (batching) adds a leading axis of lanes.
    At,
    /// `len` elements from a start by a step: two i64 operands. The step is not 0.
    Range { len: Dim },
    /// The lane's own element of a batch axis.
    Lane,
}

/// A basic index of every axis of a base.
pub type Chain = Vec<Ix>;

/// The number of index operands of a chain.
pub fn chain_operands(chain: &Chain) -> usize {
    chain.iter().map(|c| usize::from(*c == Ix::At) + 2 * usize::from(matches!(c, Ix::Range { .. }))).sum()
}

/// The type of what a chain denotes: a scalar if it keeps no axis.
pub fn chain_ty(f: &Func, chain: &Chain, base: Var, ix: &[Var]) -> Result<Ty, String> {
    let (d, dims) = array_ty(f, base)?;
    if chain.len() != dims.len() || ix.len() != chain_operands(chain) {
        return Err(format!("chain {chain:?} with {} operands does not fit {}", ix.len(), f.ty(base)));
    }
    let mut lanes: Option<Dim> = None;
    for v in ix {
        match f.ty(*v) {
            Ty::Scalar(DType::I64) => {}
            Ty::Array(DType::I64, n) if n.len() == 1 => lanes = Some(n[0].clone()),
            t => return Err(format!("an index of type {t}")),
        }
    }
    let kept = chain.iter().zip(dims).filter_map(|(c, n)| match c {
        Ix::All => Some(n.clone()),
        Ix::Range { len } => Some(len.clone()),
        Ix::At | Ix::Lane => None,
    });
    let out: Vec<Dim> = lanes.into_iter().chain(kept).collect();
    Ok(if chain.iter().all(|c| *c == Ix::At) && out.is_empty() { Ty::Scalar(d) } else { Ty::Array(d, out) })
}

fn chain_dims(chain: &mut Chain, g: &mut dyn FnMut(&mut Dim)) {
    for c in chain {
        if let Ix::Range { len } = c {
            g(len);
        }
    }
}

fn stored_ty(f: &Func, chain: &Chain, x: &[Var]) -> Result<Vec<Ty>, String> {
    let [base, ix @ .., v] = x else { return Err("a base and a value expected".into()) };
    let t = chain_ty(f, chain, *base, ix)?;
    if t == *f.ty(*v) { Ok(vec![f.ty(*base).clone()]) } else { Err(format!("{t} stored from {}", f.ty(*v))) }
}

/// Operands: base, the chain's indices. The part of the base that the chain denotes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Read(pub Chain);

impl OpDef for Read {
    fn name(&self) -> &'static str {
        "read"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (base, ix) = x.split_first().ok_or("a base expected")?;
        Ok(vec![chain_ty(f, &self.0, *base, ix)?])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }
}

/// Operands: base (consumed), the chain's indices, a value of the chain's type. The base with that part replaced.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Update(pub Chain);

impl OpDef for Update {
    fn name(&self) -> &'static str {
        "update"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }
}

/// As `update`, but adds the value to what is there.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UpdateAdd(pub Chain);

impl OpDef for UpdateAdd {
    fn name(&self) -> &'static str {
        "update_add"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }
}

/// The dims of a gather's result: the base's with `axes` taken out and the index arrays' put in at `at`.
fn gathered(f: &Func, axes: &[usize], at: usize, base: Var, ix: &[Var]) -> Result<Ty, String> {
    let (d, dims) = array_ty(f, base)?;
    if axes.is_empty() || axes.len() != ix.len() || axes.iter().any(|a| *a >= dims.len()) {
        return Err(format!("axes {axes:?} with {} index arrays do not fit {}", ix.len(), f.ty(base)));
    }
    if axes.windows(2).any(|w| w[0] >= w[1]) {
        return Err(format!("axes {axes:?} are not increasing"));
    }
    let (_, index_dims) = array_ty(f, ix[0])?;
    if ix.iter().any(|v| *f.ty(*v) != Ty::Array(DType::I64, index_dims.to_vec())) {
        return Err(format!("index arrays of types {:?}", f.tys(ix)));
    }
    let mut out: Vec<Dim> =
        dims.iter().enumerate().filter(|(k, _)| !axes.contains(k)).map(|(_, n)| n.clone()).collect();
    if at > out.len() {
        return Err(format!("position {at} of {} axes", out.len()));
    }
    out.splice(at..at, index_dims.iter().cloned());
    Ok(Ty::Array(d, out))
}

/// Operands: base, one i64 array per entry of `axes`, all of the same dims. Element by element of the index arrays,
/// the slice of the base there; the index arrays' dims stand at position `at` among the axes that are left.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Gather {
    pub axes: Vec<usize>,
    pub at: usize,
}

impl OpDef for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (base, ix) = x.split_first().ok_or("a base expected")?;
        Ok(vec![gathered(f, &self.axes, self.at, *base, ix)?])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}

macro_rules! scatter {
    ($(#[$doc:meta])* $name:ident, $text:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name {
            pub axes: Vec<usize>,
            pub at: usize,
        }

        impl OpDef for $name {
            fn name(&self) -> &'static str {
                $text
            }

            fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
                let [base, ix @ .., v] = x else { return Err("a base and a value expected".into()) };
                let t = gathered(f, &self.axes, self.at, *base, ix)?;
                if t == *f.ty(*v) {
                    Ok(vec![f.ty(*base).clone()])
                } else {
                    Err(format!("{t} stored from {}", f.ty(*v)))
                }
            }

            says!(value none);
            says!(consumes first);
            says!(no effects);
            says!(no dims);
        }
    };
}

scatter! {
    /// Operands: base (consumed), index arrays as for `gather`, a value of the gather's type. Stores in row-major
    /// order of the value: the last one wins.
    Scatter, "scatter"
}
scatter! {
    /// As `scatter`, but adds, in that order.
    ScatterAdd, "scatter_add"
}

/// A bool array of rank r: r arrays i64[m] with the indices of its true elements in row-major order; m is fresh.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Nonzero;

impl OpDef for Nonzero {
    fn name(&self) -> &'static str {
        "nonzero"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        let rank = dims.len();
        if d != DType::Bool || rank == 0 {
            return Err(format!("nonzero of {}", f.ty(x[0])));
        }
        let m = Dim::from(f.new_size());
        Ok(vec![Ty::Array(DType::I64, vec![m]); rank])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}

/// Operands: an i64 scalar or array of indices, a size. Counts negative ones from the end; raises IndexError with
/// `text`, whose `{0}` is the index and `{1}` the size, if one is out of bounds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NormIndex {
    pub text: Rc<str>,
}

impl OpDef for NormIndex {
    fn name(&self) -> &'static str {
        "norm_index"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        want_int(f, x[1])?;
        match f.ty(x[0]) {
            Ty::Scalar(DType::I64) | Ty::Array(DType::I64, _) => Ok(vec![f.ty(x[0]).clone()]),
            t => Err(format!("an index of type {t}")),
        }
    }

    says!(value none);
    says!(borrows all);
    says!(raises);
    says!(no dims);
}
