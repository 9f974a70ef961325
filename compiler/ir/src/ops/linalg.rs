//! Products of matrices and vectors.

use super::*;

/// `x @ y`: leading `batch` dims are equal and kept; behind them x is (m, k) or (k), y is (k, n) or (k). The order of
/// the sums is the implementation's, the same on every tier and for every number of threads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MatMul {
    pub batch: usize,
}

impl OpDef for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        let (d, a) = array_ty(f, x[0])?;
        let (e, b) = array_ty(f, x[1])?;
        let n = self.batch;
        let ranks = (a.len().wrapping_sub(n), b.len().wrapping_sub(n));
        if d != e || !matches!(ranks, (1 | 2, 1 | 2)) || a[..n] != b[..n] || a[a.len() - 1] != b[n] {
            return Err(format!("matmul of {} and {}", f.ty(x[0]), f.ty(x[1])));
        }
        let out: Vec<Dim> = a[..a.len() - 1].iter().chain(&b[n + 1..]).cloned().collect();
        Ok(vec![if out.is_empty() { Ty::Scalar(d) } else { Ty::Array(d, out) }])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);
}
