//! Constants, sizes, and ops that make or rearrange arrays without computing on elements.

use super::*;
use quipu_abi::DType;
use std::rc::Rc;

/// A constant scalar or string.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Const {
    /// Of a bool or integer dtype.
    Int(DType, i64),
    /// Of a float dtype, as the bits of the f64 (f32 values are exact in it).
    Float(DType, u64),
    /// Of a complex dtype, as the bits of its parts.
    Complex(DType, u64, u64),
    Str(Rc<str>),
}

impl Const {
    pub fn int(dtype: DType, v: i64) -> Const {
        Const::Int(dtype, v)
    }

    pub fn float(dtype: DType, v: f64) -> Const {
        match dtype.is_complex() {
            true => Const::Complex(dtype, v.to_bits(), 0),
            false => Const::Float(dtype, v.to_bits()),
        }
    }

    pub fn complex(dtype: DType, re: f64, im: f64) -> Const {
        Const::Complex(dtype, re.to_bits(), im.to_bits())
    }
}

impl OpDef for Const {
    fn name(&self) -> &'static str {
        "const"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        Ok(vec![match self {
            Const::Int(d, _) | Const::Float(d, _) | Const::Complex(d, ..) => Ty::Scalar(*d),
            Const::Str(_) => Ty::Str,
        }])
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        match self {
            Const::Int(DType::I64, k) => Some(Dim::from(*k)),
            _ => None,
        }
    }

    says!(borrows all);
    says!(no effects);
    says!(no dims);
}

/// The value of a dim as an i64.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Size(pub Dim);

impl OpDef for Size {
    fn name(&self) -> &'static str {
        "size"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        Ok(vec![Ty::I64])
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        Some(self.0.clone())
    }

    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        g(&mut self.0);
    }
}

/// Zeros of a numeric type, without an operand (so a zero tangent keeps nothing alive).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Zeros(pub Ty);

impl OpDef for Zeros {
    fn name(&self) -> &'static str {
        "zeros"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        match self.0 {
            Ty::Scalar(_) | Ty::Array(..) => Ok(vec![self.0.clone()]),
            _ => Err(format!("zeros of {}", self.0)),
        }
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        (self.0 == Ty::I64).then(|| Dim::from(0))
    }

    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.0.visit_dims_mut(g);
    }
}

/// i64 array of these dims whose element at index (i0, i1, ..) is `i[axis]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Iota {
    pub dims: Vec<Dim>,
    pub axis: usize,
}

impl OpDef for Iota {
    fn name(&self) -> &'static str {
        "iota"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        if self.axis >= self.dims.len() {
            return Err(format!("axis {} of rank {}", self.axis, self.dims.len()));
        }
        Ok(vec![Ty::Array(DType::I64, self.dims.clone())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.dims.iter_mut().for_each(g);
    }
}

/// An array of these dims: axis k of the operand is axis `axes[k]` of the result, the other axes repeat it.
/// An operand axis of the constant size 1 may become any size. A scalar operand fills the result.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Broadcast {
    pub dims: Vec<Dim>,
    /// Strictly increasing.
    pub axes: Vec<usize>,
}

impl OpDef for Broadcast {
    fn name(&self) -> &'static str {
        "broadcast"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let t = f.ty(x[0]);
        let d = t.dtype().ok_or_else(|| format!("broadcast of {t}"))?;
        if self.axes.len() != t.rank() || self.axes.windows(2).any(|w| w[0] >= w[1]) {
            return Err(format!("axes {:?} do not fit {t}", self.axes));
        }
        for (n, a) in t.dims().iter().zip(&self.axes) {
            match self.dims.get(*a) {
                Some(m) if m == n || n.as_const() == Some(1) => {}
                _ => return Err(format!("{t} broadcast to {:?} by {:?}", self.dims, self.axes)),
            }
        }
        Ok(vec![Ty::Array(d, self.dims.clone())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.dims.iter_mut().for_each(g);
    }
}

/// The elements in row-major order under other dims. The sizes agree: inference checks what the algebra cannot.
/// With no dims the result is an array of rank 0. Consumes, so that it is free where the operand dies.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reshape {
    pub dims: Vec<Dim>,
}

impl OpDef for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, from) = array_ty(f, x[0])?;
        let size = |dims: &[Dim]| dims.iter().try_fold(1i64, |p, d| d.as_const().map(|k| p.wrapping_mul(k)));
        match (size(from), size(&self.dims)) {
            (Some(a), Some(b)) if a != b => Err(format!("reshape of {a} elements into {b}")),
            _ => Ok(vec![Ty::Array(d, self.dims.clone())]),
        }
    }

    says!(value none);

    fn consumes(&self, _: usize) -> bool {
        true
    }

    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.dims.iter_mut().for_each(g);
    }
}

/// Axis k of the result is axis `perm[k]` of the operand.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Permute {
    pub perm: Vec<usize>,
}

impl OpDef for Permute {
    fn name(&self) -> &'static str {
        "permute"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        let mut seen = self.perm.clone();
        seen.sort_unstable();
        if !seen.into_iter().eq(0..dims.len()) {
            return Err(format!("{:?} is no permutation of {} axes", self.perm, dims.len()));
        }
        Ok(vec![Ty::Array(d, self.perm.iter().map(|k| dims[*k].clone()).collect())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}

/// Arrays of one dtype laid end to end along an axis; their other dims are equal.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Concat {
    pub axis: usize,
}

impl OpDef for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (first, rest) = x.split_first().ok_or("concat of nothing")?;
        let (d, dims) = array_ty(f, *first)?;
        let mut dims = dims.to_vec();
        if self.axis >= dims.len() {
            return Err(format!("axis {} of rank {}", self.axis, dims.len()));
        }
        for v in rest {
            let (e, other) = array_ty(f, *v)?;
            let fits = other.len() == dims.len()
                && other.iter().zip(&dims).enumerate().all(|(k, (a, b))| k == self.axis || a == b);
            if e != d || !fits {
                return Err(format!("concat of {} and {}", f.ty(*first), f.ty(*v)));
            }
            dims[self.axis] = dims[self.axis].add(&other[self.axis]);
        }
        Ok(vec![Ty::Array(d, dims)])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}

/// The same value in a buffer of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Copy;

impl OpDef for Copy {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        Ok(tys(f, x))
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}
