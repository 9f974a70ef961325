//! How derivatives and batching go through lists.
//!
//! The tangent and the cotangent of a list are lists of the same shape. A read adds to its element's cotangent, in
//! place (`list_add`); a store takes the cotangent of what it stored and leaves zeros; what grows a list forward
//! shrinks its cotangent backward. Where nothing has arrived yet the zeros come from the list itself (`list_zeros`):
//! sizes of lists are in no type.
//!
//! Under vmap every element has the batch dim. An index that differs between lanes gathers and scatters lane by lane,
//! if all elements have one shape.

use super::*;

impl Plain for ListNew {
    says!(linear in all);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        for (k, v) in x.iter().enumerate() {
            let k = cx.b().i64(k as i64);
            let part = cx.b().emit(ListGet { depth: 0 }, &[ct, k]);
            give(cx, v, part)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let parts = x.iter().map(|o| cx.ensure(o)).collect::<Rule<Vec<_>>>()?;
        let ty = lanes_of(&self.0, &cx.n());
        Ok(vec![Batched::on(cx.b().emit(ListNew(ty), &parts))])
    }

    says!(is kept);
}

impl ListNew {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListNew(Ty::F64), vec![Arg::float(), Arg::float()])]
    }
}

impl Plain for ListLen {
    says!(no tangent);

    says!(not linear);

    /// The same in all lanes.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let v = same_indices(x, 1)?;
        Ok(vec![Batched { v: cx.b().emit(self.clone(), &v), on: false }])
    }

    says!(is kept);
}

impl ListLen {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListLen { depth: 0 }, vec![Arg::List(3)])]
    }
}

impl Plain for ListGet {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let ix = known_indices(&x[1..])?;
        add_at(cx, &x[0], self.depth, &ix, ct)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let scalars = list_dtype(cx.b().func.ty(x[0].v)).is_some();
        if !x[0].on && x[1].on && scalars {
            let ix = cx.quiet(x[1].v);
            let a = cx.b().emit(ArrayOfList {}, &[x[0].v]);
            let v = cx.b().read(a, &vec![Ix::At], &[ix]);
            return Ok(vec![Batched::on(cx.gate(v))]);
        }
        if x[1..].iter().any(|o| o.on) {
            let out = gathered(cx, &x[0], self.depth, &x[1..])?;
            return Ok(vec![Batched::on(cx.gate(out))]);
        }
        let v = same_indices(x, 1)?;
        let out = cx.b().emit(self.clone(), &v);
        let out = with_lanes(cx, out);
        Ok(vec![Batched::on(cx.gate(out))])
    }

    says!(is kept);
}

impl ListGet {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListGet { depth: 0 }, vec![Arg::List(3), Arg::int(1)])]
    }
}

impl Plain for ListSet {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        if dx[0].is_none() && dx[1].is_none() {
            return Ok(vec![None]);
        }
        let list = list_tangent(b, y[0], dx[1])?;
        let v = value_tangent(b, x, dx[0])?;
        Ok(vec![Some(b.emit(self.clone(), &[&[v, list], &x[2..]].concat()))])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let ix = known_indices(&x[2..])?;
        let taken = cx.b().emit_n(ListTake { depth: self.depth }, &[&[ct], &ix[..]].concat(), vec![]);
        let zeros = zeros_of(cx, taken[1])?;
        let rest = cx.b().emit(ListPut { depth: self.depth }, &[&[zeros, taken[0]], &ix[..]].concat());
        give(cx, &x[0], taken[1])?;
        cx.add(&x[1], &vec![], &[], rest)?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if x[2..].iter().any(|o| o.on) {
            return scattered(cx, &x[0], &x[1], self.depth, &x[2..]);
        }
        let mut v = same_indices(x, 2)?;
        v[0] = cx.ensure(&x[0])?;
        v[1] = cx.ensure(&x[1])?;
        if let Some(m) = cx.mask() {
            let old = cx.b().emit(ListGet { depth: self.depth }, &v[1..]);
            v[0] = cx.select(m, v[0], old)?;
        }
        let out = cx.b().emit(self.clone(), &v);
        cx.inherit(out, v[1]);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl ListSet {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        let args = vec![Arg::float(), Arg::List(3), Arg::int(1)];
        vec![Sample::of(ListSet { depth: 0 }, args)]
    }
}

impl Plain for ListPush {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let v = match (dx[0], dx[1]) {
            (None, None) => return Ok(vec![None]),
            // Zeros as long as the new list, with the value at the end.
            (Some(v), None) => {
                let n = b.emit(ListLen { depth: self.depth }, &[&[y[0]], &x[2..]].concat());
                let one = b.i64(1);
                let last = b.sub(n, one);
                let list = zero_like(b, y[0])?;
                let out = b.emit(ListSet { depth: self.depth }, &[&[v, list], &x[2..], &[last]].concat());
                return Ok(vec![Some(out)]);
            }
            (v, Some(list)) => (value_tangent(b, x, v)?, list),
        };
        Ok(vec![Some(b.emit(self.clone(), &[&[v.0, v.1], &x[2..]].concat()))])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let path = known_indices(&x[2..])?;
        let b = cx.b();
        let n = b.emit(ListLen { depth: self.depth }, &[&[ct], &path[..]].concat());
        let one = b.i64(1);
        let last = b.sub(n, one);
        let outs = b.emit_n(ListPop { depth: self.depth }, &[&[ct], &path[..], &[last]].concat(), vec![]);
        give(cx, &x[0], outs[1])?;
        cx.add(&x[1], &vec![], &[], outs[0])?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        longer(cx, self.clone().into(), x)
    }

    says!(is kept);
}

impl ListPush {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListPush { depth: 0 }, vec![Arg::float(), Arg::List(3)])]
    }
}

impl Plain for ListPop {
    says!(takes from the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let [Some(rest), Some(v)] = ct else { return Err(HALF.into()) };
        let ix = known_indices(&x[1..])?;
        let ct = cx.b().emit(ListInsert { depth: self.depth }, &[&[*v, *rest], &ix[..]].concat());
        cx.add(&x[0], &vec![], &[], ct)?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if cx.mask().is_some() {
            return Err(ONE_LENGTH.into());
        }
        let mut v = same_indices(x, 1)?;
        v[0] = cx.ensure(&x[0])?;
        let outs = cx.b().emit_n(self.clone(), &v, vec![]);
        let v = with_lanes(cx, outs[1]);
        Ok(vec![Batched::on(outs[0]), Batched::on(v)])
    }

    says!(is kept);
}

impl ListPop {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListPop { depth: 0 }, vec![Arg::List(3), Arg::int(1)])]
    }
}

/// The tangent of a value put into a list by `op`: in a list of zeros, where nothing made room, it is stored.
fn stored_jvp(b: &mut Builder, op: Op, depth: usize, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
    match (dx[0], dx[1]) {
        (None, None) => Ok(vec![None]),
        (Some(v), None) => {
            let list = zero_like(b, y[0])?;
            Ok(vec![Some(b.emit(ListSet { depth }, &[&[v, list], &x[2..]].concat()))])
        }
        (v, Some(list)) => {
            let v = value_tangent(b, x, v)?;
            Ok(vec![Some(b.emit(op, &[&[v, list], &x[2..]].concat()))])
        }
    }
}

/// Backward, what was put into the list is taken out of its cotangent by `take`.
fn taken_back(cx: &mut dyn Reverse, take: Op, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
    let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
    let ix = known_indices(&x[2..])?;
    let outs = cx.b().emit_n(take, &[&[ct], &ix[..]].concat(), vec![]);
    give(cx, &x[0], outs[1])?;
    cx.add(&x[1], &vec![], &[], outs[0])?;
    Ok(Transpose::Done)
}

impl Plain for ListInsert {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        stored_jvp(b, self.clone().into(), self.depth, x, y, dx)
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        taken_back(cx, ListPop { depth: self.depth }.into(), x, ct)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        longer(cx, self.clone().into(), x)
    }

    says!(is kept);
}

impl ListInsert {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        let args = vec![Arg::float(), Arg::List(3), Arg::int(1)];
        vec![Sample::of(ListInsert { depth: 0 }, args)]
    }
}

impl Plain for ListSlice {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let (Some(ct), Operand::Linear(list)) = (ct[0], x[0]) else { return Ok(Transpose::NotLinear) };
        let ix = known_indices(&x[1..])?;
        let place = cx.take_or_zero(list)?;
        let b = cx.b();
        let ty = b.ty(place);
        let (_, p) = b.begin(&[Ty::I64, ty]);
        let v = b.emit(ListGet { depth: 0 }, &[ct, p[0]]);
        let by = b.mul(p[0], ix[1]);
        let at = b.add(ix[0], by);
        let out = added(b, p[1], 0, &[at], v);
        let body = b.end(&[out]);
        let out = b.emit_n(For::default(), &[ix[2], place], vec![body])[0];
        cx.set(list, out);
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let mut v = same_indices(x, 1)?;
        v[0] = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListSlice {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        let args = vec![Arg::List(5), Arg::int(4), Arg::int(-2), Arg::int(2)];
        vec![Sample::of(ListSlice {}, args)]
    }
}

impl Plain for ListConcat {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let (p, q) = (list_tangent(b, x[0], dx[0])?, list_tangent(b, x[1], dx[1])?);
        Ok(vec![Some(b.emit(self.clone(), &[p, q]))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a sum of two lists: append the elements in a loop".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let v = [cx.ensure(&x[0])?, cx.ensure(&x[1])?];
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListConcat {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListConcat {}, vec![Arg::List(3), Arg::List(2)]).forward_only()]
    }
}

impl Plain for ListOfArray {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let ct = cx.b().emit(ArrayOfList {}, &[ct]);
        give(cx, &x[0], ct)?;
        Ok(Transpose::Done)
    }

    /// A list of columns.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let (ty, n) = (cx.b().ty(x[0].v), cx.n());
        let (Some(d), Some(len)) = (ty.dtype(), ty.dims().last()) else { return Err("a list of no array".into()) };
        let b = cx.b();
        let len = b.size(len);
        let elem = Ty::Array(d, vec![n]);
        let list = b.emit(ListNew(elem.clone()), &[]);
        let (_, p) = b.begin(&[Ty::I64, Ty::List(Box::new(elem))]);
        let column = b.read(x[0].v, &vec![Ix::All, Ix::At], &[p[0]]);
        let out = b.emit(ListPush { depth: 0 }, &[column, p[1]]);
        let body = b.end(&[out]);
        Ok(vec![Batched::on(b.emit_n(For::default(), &[len, list], vec![body])[0])])
    }

    says!(is kept);
}

impl ListOfArray {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListOfArray {}, vec![Arg::floats(&[3])])]
    }
}

impl Plain for ArrayOfList {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let ct = cx.b().emit(ListOfArray {}, &[ct]);
        cx.add(&x[0], &vec![], &[], ct)?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let n = cx.n();
        let b = cx.b();
        let Ty::List(elem) = b.ty(x[0].v) else { return Err("an array of no list".into()) };
        let Some(d) = elem.dtype() else { return Err(format!("an array of a list of {elem}")) };
        let len = b.emit(ListLen { depth: 0 }, &[x[0].v]);
        let dims = vec![n, b.func.dim_of(len)];
        let base = b.zeros(&Ty::Array(d, dims.clone()));
        let (_, p) = b.begin(&[Ty::I64, Ty::Array(d, dims.clone())]);
        let column = b.emit(ListGet { depth: 0 }, &[x[0].v, p[0]]);
        let column = conform(b, column, &Ty::Array(d, dims[..1].to_vec()));
        let out = b.update(p[1], &vec![Ix::All, Ix::At], &[p[0]], column);
        let body = b.end(&[out]);
        Ok(vec![Batched::on(b.emit_n(For::default(), &[len, base], vec![body])[0])])
    }

    says!(is kept);
}

impl ArrayOfList {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ArrayOfList {}, vec![Arg::List(3)])]
    }
}

/// The type of an element that holds one value per lane.
fn lanes_of(t: &Ty, n: &Dim) -> Ty {
    match t {
        Ty::List(t) => Ty::List(Box::new(lanes_of(t, n))),
        t => t.batched(n),
    }
}

/// The operands as they are, if those from `from` on are the same in all lanes.
fn same_indices(x: &[Batched], from: usize) -> Rule<Vec<Var>> {
    match x[from..].iter().any(|o| o.on) {
        true => Err("an index of a list that differs between lanes: use an array".into()),
        false => Ok(x.iter().map(|o| o.v).collect()),
    }
}

/// A list to which all lanes add.
fn longer(cx: &mut dyn Batching<'_>, op: Op, x: &[Batched]) -> Rule<Vec<Batched>> {
    if cx.mask().is_some() {
        return Err(ONE_LENGTH.into());
    }
    let mut v = same_indices(x, 2)?;
    v[0] = cx.ensure(&x[0])?;
    v[1] = cx.ensure(&x[1])?;
    Ok(vec![Batched::on(cx.b().emit(op, &v))])
}

const ONE_LENGTH: &str = "a list whose length differs between lanes: use an array of the largest length";

/// An element of all lanes comes out with sizes of its own: the first one is the number of lanes.
fn with_lanes(cx: &mut dyn Batching<'_>, v: Var) -> Var {
    let n = cx.n();
    let ty = match cx.b().ty(v) {
        Ty::Array(d, dims) => Ty::Array(d, std::iter::once(n).chain(dims.into_iter().skip(1)).collect()),
        t => t,
    };
    conform(cx.b(), v, &ty)
}

fn list_tangent(b: &mut Builder, list: Var, d: Tangent) -> Rule<Var> {
    match d {
        Some(d) => Ok(d),
        None => zero_like(b, list),
    }
}

/// What reverse mode cannot do about an element that is taken out of a list.
const HALF: &str = "reverse mode through a list of which an element, or all but one, is thrown away";

/// Hands a cotangent to an operand, whose type may name its sizes otherwise.
fn give(cx: &mut dyn Reverse, to: &Operand, ct: Var) -> Rule<()> {
    if !to.is_linear() {
        return Ok(());
    }
    let ct = match cx.ty(to) {
        Ok(t) => conform(cx.b(), ct, &t),
        Err(_) => ct,
    };
    cx.add(to, &vec![], &[], ct)
}

/// Zeros of the type that a value has here.
fn zeros_of(cx: &mut dyn Reverse, v: Var) -> Rule<Var> {
    match cx.b().ty(v) {
        t @ (Ty::Scalar(_) | Ty::Array(..)) => Ok(cx.b().zeros(&t)),
        _ => Ok(cx.b().emit(ListZeros {}, &[v])),
    }
}

/// A list with `v` added to an element, in place.
fn added(b: &mut Builder, list: Var, depth: usize, ix: &[Var], v: Var) -> Var {
    let taken = b.emit_n(ListTake { depth }, &[&[list], ix].concat(), vec![]);
    let ty = b.ty(taken[1]);
    let sum = match &ty {
        Ty::Array(_, dims) if !dims.is_empty() => {
            let v = conform(b, v, &ty);
            b.update_add(taken[1], &vec![Ix::All; dims.len()], &[], v)
        }
        Ty::List(_) => list_sum(b, taken[1], v),
        _ => b.add(taken[1], v),
    };
    b.emit(ListPut { depth }, &[&[sum, taken[0]], ix].concat())
}

/// A list with the elements of another of the same shape added, in place.
pub fn list_sum(b: &mut Builder, to: Var, v: Var) -> Var {
    let n = b.emit(ListLen { depth: 0 }, &[v]);
    let ty = b.ty(to);
    let (_, p) = b.begin(&[Ty::I64, ty]);
    let x = b.emit(ListGet { depth: 0 }, &[v, p[0]]);
    let out = added(b, p[1], 0, &[p[0]], x);
    let body = b.end(&[out]);
    b.emit_n(For::default(), &[n, to], vec![body])[0]
}

/// Adds to the cotangent of an element of a list.
fn add_at(cx: &mut dyn Reverse, to: &Operand, depth: usize, ix: &[Var], ct: Var) -> Rule<Transpose> {
    let Operand::Linear(list) = to else { return Ok(Transpose::NotLinear) };
    let place = cx.take_or_zero(*list)?;
    let out = added(cx.b(), place, depth, ix, ct);
    cx.set(*list, out);
    Ok(Transpose::Done)
}

/// The element type without lanes, if all elements have the same shape.
fn one_shape(b: &Builder, list: Var, depth: usize, lanes: bool) -> Rule<(DType, Vec<Dim>)> {
    match elem(&b.func, list, depth)? {
        Ty::Scalar(d) => Ok((d, vec![])),
        Ty::Array(d, dims) => {
            let dims = dims[usize::from(lanes)..].to_vec();
            match dims.iter().all(|n| n.as_const().is_some()) {
                true => Ok((d, dims)),
                false => {
                    Err("an index of a list that differs between lanes, where elements have sizes of their own".into())
                }
            }
        }
        t => Err(format!("an index that differs between lanes, of a list of {t}")),
    }
}

/// The indices of lane `l`.
fn in_lane(b: &mut Builder, ix: &[Batched], l: Var) -> Vec<Var> {
    ix.iter().map(|o| if o.on { b.read(o.v, &vec![Ix::At], &[l]) } else { o.v }).collect()
}

/// Indices that lead somewhere in idle lanes too.
fn quiet_indices(cx: &mut dyn Batching<'_>, ix: &[Batched]) -> Vec<Batched> {
    ix.iter().map(|o| if o.on { Batched::on(cx.quiet(o.v)) } else { *o }).collect()
}

/// In lane `l`, the element of its own.
fn gathered(cx: &mut dyn Batching<'_>, list: &Batched, depth: usize, ix: &[Batched]) -> Rule<Var> {
    let ix = quiet_indices(cx, ix);
    let (d, dims) = one_shape(cx.b(), list.v, depth, list.on)?;
    let n = cx.n();
    let b = cx.b();
    let ty = Ty::Array(d, std::iter::once(n.clone()).chain(dims.iter().cloned()).collect());
    let (lanes, base) = (b.size(&n), b.zeros(&ty));
    let (_, p) = b.begin(&[Ty::I64, ty.clone()]);
    let at = in_lane(b, &ix, p[0]);
    let mut v = b.emit(ListGet { depth }, &[&[list.v], &at[..]].concat());
    let rest = vec![Ix::All; dims.len()];
    if list.on {
        v = conform(b, v, &ty);
        v = b.read(v, &[&[Ix::At], &rest[..]].concat(), &[p[0]]);
    }
    let out = b.update(p[1], &[&[Ix::At], &rest[..]].concat(), &[p[0]], v);
    let body = b.end(&[out]);
    Ok(b.emit_n(For::default(), &[lanes, base], vec![body])[0])
}

/// In lane `l`, its value becomes the element of its own; idle lanes write back what is there.
fn scattered(
    cx: &mut dyn Batching<'_>,
    v: &Batched,
    list: &Batched,
    depth: usize,
    ix: &[Batched],
) -> Rule<Vec<Batched>> {
    let ix = quiet_indices(cx, ix);
    let (v, to, mask) = (cx.ensure(v)?, cx.ensure(list)?, cx.mask());
    let (d, dims) = one_shape(cx.b(), to, depth, true)?;
    let n = cx.n();
    let b = cx.b();
    let ty = Ty::Array(d, std::iter::once(n.clone()).chain(dims.iter().cloned()).collect());
    let (lanes, list_ty) = (b.size(&n), b.ty(to));
    let (_, p) = b.begin(&[Ty::I64, list_ty]);
    let at = in_lane(b, &ix, p[0]);
    let taken = b.emit_n(ListTake { depth }, &[&[p[1]], &at[..]].concat(), vec![]);
    let row = conform(b, taken[1], &ty);
    let chain = [&[Ix::At], &vec![Ix::All; dims.len()][..]].concat();
    let mut x = b.read(v, &chain, &[p[0]]);
    if let Some(m) = mask {
        let old = b.read(row, &chain, &[p[0]]);
        let on = b.read(m, &vec![Ix::At], &[p[0]]);
        x = b.select(on, x, old);
    }
    let row = b.update(row, &chain, &[p[0]], x);
    let out = b.emit(ListPut { depth }, &[&[row, taken[0]], &at[..]].concat());
    let body = b.end(&[out]);
    let out = b.emit_n(For::default(), &[lanes, to], vec![body])[0];
    cx.inherit(out, to);
    Ok(vec![Batched::on(out)])
}

/// The tangent of a value that goes into a list whose tangent is there.
fn value_tangent(b: &mut Builder, x: &[Var], d: Tangent) -> Rule<Var> {
    d.map_or_else(|| zero_like(b, x[0]), Ok)
}

impl Plain for ListTake {
    says!(takes from the first);

    /// Backward, what was taken is put back.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let [Some(rest), Some(v)] = ct else { return Err(HALF.into()) };
        let ix = known_indices(&x[1..])?;
        let ct = cx.b().emit(ListPut { depth: self.depth }, &[&[*v, *rest], &ix[..]].concat());
        cx.add(&x[0], &vec![], &[], ct)?;
        Ok(Transpose::Done)
    }

    /// Where lanes take different elements nothing is moved: `list_put` scatters.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let list = Batched::on(cx.ensure(&x[0])?);
        if x[1..].iter().any(|o| o.on) {
            let v = gathered(cx, &list, self.depth, &x[1..])?;
            return Ok(vec![list, Batched::on(v)]);
        }
        let mut v = same_indices(x, 1)?;
        v[0] = list.v;
        let outs = cx.b().emit_n(self.clone(), &v, vec![]);
        let row = with_lanes(cx, outs[1]);
        // Idle lanes hold in the row what they held in the list.
        cx.inherit(outs[0], list.v);
        cx.inherit(row, list.v);
        Ok(vec![Batched::on(outs[0]), Batched::on(row)])
    }

    says!(is kept);
}

impl ListTake {
    says!(no samples);
}

impl Plain for ListPut {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        stored_jvp(b, self.clone().into(), self.depth, x, y, dx)
    }

    /// Backward, what was put there is taken.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        taken_back(cx, ListTake { depth: self.depth }.into(), x, ct)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if x[2..].iter().any(|o| o.on) {
            return scattered(cx, &x[0], &x[1], self.depth, &x[2..]);
        }
        let mut v = same_indices(x, 2)?;
        v[0] = cx.ensure(&x[0])?;
        v[1] = cx.ensure(&x[1])?;
        let kept = cx.token(v[0]).is_some() && cx.token(v[0]) == cx.token(v[1]);
        if cx.mask().is_some() && !kept {
            return Err("an element of a list that is replaced under a condition that differs between lanes".into());
        }
        let out = cx.b().emit(self.clone(), &v);
        cx.inherit(out, v[1]);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl ListPut {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        let args = vec![Arg::float(), Arg::List(3), Arg::int(1)];
        vec![Sample::of(ListPut { depth: 0 }, args)]
    }
}

impl Plain for ListZeros {
    says!(no tangent);

    says!(constant);

    says!(lane by lane);

    says!(is kept);
}

impl ListZeros {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListZeros {}, vec![Arg::List(3)])]
    }
}

/// A table is the same in all lanes, or vmap refuses.
fn one_table(cx: &mut dyn Batching<'_>, op: Op, x: &[Batched]) -> Rule<Vec<Batched>> {
    if x.iter().any(|o| o.on) || cx.mask().is_some() {
        return Err("a dict or set that differs between lanes: use arrays".into());
    }
    let v: Vec<Var> = x.iter().map(|o| o.v).collect();
    Ok(vec![Batched { v: cx.b().emit(op, &v), on: false }])
}

macro_rules! table_rules {
    ($($name:ident),*) => {$(
        impl Plain for $name {
            says!(no tangent);

            says!(not linear);

            fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
                one_table(cx, self.clone().into(), x)
            }

            says!(is kept);
        }

        impl $name {
            says!(no samples);
        }
    )*};
}

table_rules!(TableFind, TableOrder, TableEdit, TextOrder);

impl Plain for ListSwap {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let ix = known_indices(&x[1..])?;
        let ct = cx.b().emit(self.clone(), &[&[ct], &ix[..]].concat());
        cx.add(&x[0], &vec![], &[], ct)?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if cx.mask().is_some() {
            return Err("elements of a list exchanged under a condition that differs between lanes".into());
        }
        let mut v = same_indices(x, 1)?;
        v[0] = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListSwap {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListSwap { depth: 0 }, vec![Arg::List(3), Arg::int(2), Arg::int(0)])]
    }
}
