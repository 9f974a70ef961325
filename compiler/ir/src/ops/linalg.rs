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

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let [a, b] = &x[..] else { return Err(EvalError::internal("two operands expected")) };
        let (a, b, n) = (array(a)?, array(b)?, self.batch);
        if a.rank() <= n || b.rank() <= n || a.shape[..n] != b.shape[..n] || a.shape[a.rank() - 1] != b.shape[n] {
            return Err(EvalError::internal(format!("matmul of {:?} and {:?}", a.shape, b.shape)));
        }
        let shape: Vec<usize> = a.shape[..a.rank() - 1].iter().chain(&b.shape[n + 1..]).copied().collect();
        ev.stats.elems += (shape.iter().product::<usize>() * b.shape[n]) as u64;
        ev.stats.allocs += 1;
        let out = ev.host.matmul(self, a, b, &shape)?;
        Ok(vec![if shape.is_empty() { Value::Scalar(out.get(0)) } else { Value::array(out) }])
    }
}
