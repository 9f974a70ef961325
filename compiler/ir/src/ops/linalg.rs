//! Products of matrices and vectors.

use super::*;

/// `x @ y`: leading `batch` dims are equal and kept; behind them x is (m, k) or (k), y is (k, n) or (k). The order of
/// the sums is the implementation's, the same on every tier and for every number of threads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MatMul {
    pub batch: usize,
}

impl OpDef for MatMul {
    says!(plain rules);

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

impl MatMul {
    /// `x @ y` with the last two dims of one of them exchanged where it has two.
    fn flipped(&self, b: &mut Builder, v: Var) -> Var {
        let rank = b.func.ty(v).rank();
        let mut perm: Vec<usize> = (0..rank).collect();
        if rank == self.batch + 2 {
            perm.swap(rank - 1, rank - 2);
            return b.emit(Permute { perm }, &[v]);
        }
        v
    }

    /// x (m) and y (n) to (m, n), behind the batch dims.
    fn outer(&self, b: &mut Builder, x: Var, y: Var) -> Var {
        let n = self.batch;
        let (p, q) = (b.func.ty(x).dims().to_vec(), b.func.ty(y).dims().to_vec());
        let dims = [&p[..], &q[n..]].concat();
        let lead: Vec<usize> = (0..n).collect();
        let x = b.broadcast(x, &dims, &[&lead[..], &[n]].concat());
        let y = b.broadcast(y, &dims, &[&lead[..], &[n + 1]].concat());
        b.mul(x, y)
    }
}

impl Plain for MatMul {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let p = dx[0].map(|d| b.emit(self.clone(), &[d, x[1]]));
        let q = dx[1].map(|d| b.emit(self.clone(), &[x[0], d]));
        Ok(vec![plus(b, p, q)])
    }

    /// With C the cotangent of A B: C B' goes to A, A' C to B; where one is a vector, its missing dim is 1.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let k = usize::from(x[1].is_linear());
        let Some(other) = x[1 - k].known() else { return Ok(Transpose::NotLinear) };
        let Operand::Linear(v) = x[k] else { return Ok(Transpose::Done) };
        let b = cx.b();
        let ranks = [b.func.ty(v).rank() - self.batch, b.func.ty(other).rank() - self.batch];
        let share = match (ranks, k) {
            ([1, 1], _) => {
                let dims = b.func.ty(other).dims().to_vec();
                let axes: Vec<usize> = (0..self.batch).collect();
                let ct = if self.batch > 0 { b.broadcast(ct, &dims, &axes) } else { ct };
                b.mul(ct, other)
            }
            ([2, 1], 0) => self.outer(b, ct, other),
            ([2, 1], _) => self.outer(b, other, ct),
            // A vector beside a matrix: its cotangent is the other product with the matrix.
            ([1, _], 0) => b.emit(self.clone(), &[other, ct]),
            ([1, _], _) => b.emit(self.clone(), &[ct, other]),
            (_, 0) => {
                let other = self.flipped(b, other);
                b.emit(self.clone(), &[ct, other])
            }
            _ => {
                let other = self.flipped(b, other);
                b.emit(self.clone(), &[other, ct])
            }
        };
        cx.add(&x[k], &vec![], &[], share)?;
        Ok(Transpose::Done)
    }

    /// A vector of all lanes is a matrix, if it meets one operand of all lanes.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let ranks = [cx.rank(&x[0]), cx.rank(&x[1])];
        // What idle lanes hold must not reach the derivative of what all lanes share.
        let mut x = [x[0], x[1]];
        for k in 0..2 {
            if x[k].on && !x[1 - k].on {
                x[k].v = cx.quiet(x[k].v);
            }
        }
        let v = match (x[0].on, x[1].on, ranks) {
            (true, false, [1, _]) => cx.b().emit(self.clone(), &[x[0].v, x[1].v]),
            (false, true, [1, 1]) => cx.b().emit(self.clone(), &[x[1].v, x[0].v]),
            (false, true, [2, 1]) => {
                let t = self.flipped(cx.b(), x[0].v);
                cx.b().emit(self.clone(), &[x[1].v, t])
            }
            _ => {
                let (p, q) = (cx.ensure(&x[0])?, cx.ensure(&x[1])?);
                cx.b().emit(MatMul { batch: self.batch + 1 }, &[p, q])
            }
        };
        Ok(vec![Batched::on(v)])
    }

    says!(is kept);
}

impl MatMul {
    pub(super) fn samples() -> Vec<Sample> {
        let of = |batch, x: &[usize], y: &[usize]| Sample::of(MatMul { batch }, vec![Arg::floats(x), Arg::floats(y)]);
        vec![
            of(0, &[3], &[3]),
            of(0, &[2, 3], &[3]),
            of(0, &[3], &[3, 2]),
            of(0, &[2, 3], &[3, 4]),
            of(1, &[2, 3], &[2, 3]),
            of(1, &[2, 4, 3], &[2, 3]),
            of(1, &[2, 3], &[2, 3, 4]),
            of(1, &[2, 4, 3], &[2, 3, 2]),
        ]
    }
}
