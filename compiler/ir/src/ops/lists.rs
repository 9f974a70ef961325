//! Growable sequences. A list is a place like an array: stores consume it and give a new version.
//!
//! `depth` says how many index operands lead from the list to the inner list that the op works on (0: the list
//! itself), so that storing into a row of a list of lists stays in place. Indices are in bounds (`NormIndex` before).

use super::*;
use quipu_abi::DType;

/// The type of the list reached through `depth` indices.
fn inner(f: &Func, v: Var, depth: usize) -> Result<Ty, String> {
    let mut t = f.ty(v).clone();
    for _ in 0..depth {
        match t {
            Ty::List(e) => t = *e,
            t => return Err(format!("list expected, not {t}")),
        }
    }
    match t {
        Ty::List(_) => Ok(t),
        t => Err(format!("list expected, not {t}")),
    }
}

fn elem(f: &Func, v: Var, depth: usize) -> Result<Ty, String> {
    match inner(f, v, depth)? {
        Ty::List(e) => Ok(*e),
        t => Err(format!("list expected, not {t}")),
    }
}

fn indices(f: &Func, x: &[Var], n: usize) -> Result<(), String> {
    if x.len() != n {
        return Err(format!("{n} indices expected, {} given", x.len()));
    }
    x.iter().try_for_each(|v| want_int(f, *v))
}

/// An element's array has dims of its own: fresh sizes in the type of each one that is taken out.
fn fresh(f: &mut Func, t: Ty) -> Ty {
    match t {
        Ty::Array(d, dims) => {
            let dims = dims.iter().map(|n| if n.as_const().is_some() { n.clone() } else { f.new_size().into() });
            Ty::Array(d, dims.collect())
        }
        t => t,
    }
}

/// Equal but for dims that are sizes of an element's own.
fn fits(elem: &Ty, v: &Ty) -> bool {
    match (elem, v) {
        (Ty::Array(d, m), Ty::Array(e, n)) => {
            d == e && m.len() == n.len() && m.iter().zip(n).all(|(m, n)| m.as_const().is_none() || m == n)
        }
        (Ty::List(a), Ty::List(b)) => fits(a, b),
        _ => elem == v,
    }
}

/// The list that `path` leads to.
fn list_at<'v>(list: &'v Value, path: &[Value]) -> Outcome<&'v [Value]> {
    let mut at = list;
    for k in path {
        at = want(want(at.as_list(), "a list")?.get(index(k)?), "an element")?;
    }
    want(at.as_list(), "a list")
}

/// Changes the list that `path` leads to, in place.
fn edit(
    ev: &mut Eval<'_>,
    list: Value,
    path: &[Value],
    f: &mut dyn FnMut(&mut Vec<Value>) -> Outcome<()>,
) -> Outcome<Vec<Value>> {
    let mut items = ev.own_list(list)?;
    match path.split_first() {
        None => f(&mut items)?,
        Some((k, rest)) => {
            let slot = want(items.get_mut(index(k)?), "an element")?;
            let inner = std::mem::replace(slot, Value::bool(false));
            let new = edit(ev, inner, rest, f)?.pop();
            *slot = want(new, "a list")?;
        }
    }
    Ok(vec![Value::list(items)])
}

/// The operands of a store: value, list, position in the inner list, path to it.
fn stored(mut x: Vec<Value>) -> Outcome<(Value, Value, usize, Vec<Value>)> {
    let k = index(&want(x.pop(), "an index")?)?;
    if x.len() < 2 {
        return Err(EvalError::internal("a value and a list expected"));
    }
    let path = x.split_off(2);
    let list = want(x.pop(), "a list")?;
    Ok((want(x.pop(), "a value")?, list, k, path))
}

macro_rules! list_op {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $fty:ty),* }, $text:literal, $consumes:expr,
     |$s:ident, $f:ident, $x:ident| $infer:block, |$ev:ident, $e:ident, $v:ident| $eval:block) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name {
            $(pub $field: $fty),*
        }

        impl OpDef for $name {
            says!(plain rules);

            fn name(&self) -> &'static str {
                $text
            }

            fn infer(&self, $f: &mut Func, $x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
                let $s = self;
                $infer
            }

            says!(value none);

            fn consumes(&self, arg: usize) -> bool {
                let consumes: fn(usize) -> bool = $consumes;
                consumes(arg)
            }

            says!(no effects);
            says!(no dims);

            fn eval(&self, $ev: &mut Eval<'_>, $e: &Eqn, $v: Vec<Value>) -> Outcome<Vec<Value>> {
                $eval
            }
        }
    };
}

/// A list of the operands, all of the element type (consumed where they are places).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ListNew(pub Ty);

impl OpDef for ListNew {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "list_new"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        match x.iter().find(|v| !fits(&self.0, f.ty(**v))) {
            Some(v) => Err(format!("{} in a list of {}", f.ty(*v), self.0)),
            None => Ok(vec![Ty::List(Box::new(self.0.clone()))]),
        }
    }

    says!(value none);

    fn consumes(&self, _: usize) -> bool {
        true
    }

    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.0.visit_dims_mut(g);
    }

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![Value::list(x)])
    }
}

impl Plain for ListNew {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let mut parts = vec![];
        for (v, d) in x.iter().zip(dx) {
            parts.push(match d {
                Some(d) => *d,
                None => zero_like(b, *v)?,
            });
        }
        Ok(vec![Some(b.emit(self.clone(), &parts))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let parts = x.iter().map(|o| cx.ensure(o)).collect::<Rule<Vec<_>>>()?;
        let ty = lanes_of(&self.0, &cx.n());
        Ok(vec![Batched::on(cx.b().emit(ListNew(ty), &parts))])
    }

    says!(is kept);
}

impl ListNew {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListNew(Ty::F64), vec![Arg::float(), Arg::float()]).forward_only()]
    }
}

list_op! {
    /// Operands: list, `depth` indices. Its length.
    ListLen { depth: usize }, "list_len", |_| false, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth)?;
        inner(f, *list, s.depth)?;
        Ok(vec![Ty::I64])
    }, |_ev, _e, x| {
        let list = list_at(want(x.first(), "a list")?, &x[1..])?;
        Ok(vec![Value::i64(list.len() as i64)])
    }
}
list_op! {
    /// Operands: list, `depth + 1` indices. The element, a value of its own.
    ListGet { depth: usize }, "list_get", |_| false, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth + 1)?;
        let t = elem(f, *list, s.depth)?;
        Ok(vec![fresh(f, t)])
    }, |ev, _e, x| {
        let (k, path) = want(x[1..].split_last(), "an index")?;
        let list = list_at(&x[0], path)?;
        let v = want(list.get(index(k)?), "an element")?;
        Ok(vec![ev.deep_copy(v)])
    }
}
list_op! {
    /// Operands: value (consumed), list (consumed), `depth + 1` indices. The list with that element replaced.
    ListSet { depth: usize }, "list_set", |k| k < 2, |s, f, x| {
        let [v, list, ix @ ..] = x else { return Err("a value and a list expected".into()) };
        indices(f, ix, s.depth + 1)?;
        match fits(&elem(f, *list, s.depth)?, f.ty(*v)) {
            true => Ok(vec![f.ty(*list).clone()]),
            false => Err(format!("{} stored in {}", f.ty(*v), f.ty(*list))),
        }
    }, |ev, _e, x| {
        let (v, list, k, path) = stored(x)?;
        edit(ev, list, &path, &mut |l| {
            *want(l.get_mut(k), "an element")? = v.clone();
            Ok(())
        })
    }
}
list_op! {
    /// Operands: value (consumed), list (consumed), `depth` indices. The list with the value at its end.
    ListPush { depth: usize }, "list_push", |k| k < 2, |s, f, x| {
        let [v, list, ix @ ..] = x else { return Err("a value and a list expected".into()) };
        indices(f, ix, s.depth)?;
        match fits(&elem(f, *list, s.depth)?, f.ty(*v)) {
            true => Ok(vec![f.ty(*list).clone()]),
            false => Err(format!("{} appended to {}", f.ty(*v), f.ty(*list))),
        }
    }, |ev, _e, x| {
        let mut x = x.into_iter();
        let (v, list) = (want(x.next(), "a value")?, want(x.next(), "a list")?);
        let path: Vec<Value> = x.collect();
        let mut v = Some(v);
        edit(ev, list, &path, &mut |l| {
            l.extend(v.take());
            Ok(())
        })
    }
}
list_op! {
    /// Operands: list (consumed), `depth` indices, the index of an element. The list without it, and it.
    ListPop { depth: usize }, "list_pop", |k| k == 0, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth + 1)?;
        let t = elem(f, *list, s.depth)?;
        Ok(vec![f.ty(*list).clone(), fresh(f, t)])
    }, |ev, _e, x| {
        let mut x = x;
        let k = index(&want(x.pop(), "an index")?)?;
        let list = x.remove(0);
        let mut taken = None;
        let mut out = edit(ev, list, &x, &mut |l| {
            if k < l.len() {
                taken = Some(l.remove(k));
            }
            Ok(())
        })?;
        out.push(want(taken, "an element")?);
        Ok(out)
    }
}
list_op! {
    /// Operands: value (consumed), list (consumed), `depth` indices, a position from 0 to the length. The list with
    /// the value there and what followed moved up by one.
    ListInsert { depth: usize }, "list_insert", |k| k < 2, |s, f, x| {
        let [v, list, ix @ ..] = x else { return Err("a value and a list expected".into()) };
        indices(f, ix, s.depth + 1)?;
        match fits(&elem(f, *list, s.depth)?, f.ty(*v)) {
            true => Ok(vec![f.ty(*list).clone()]),
            false => Err(format!("{} inserted in {}", f.ty(*v), f.ty(*list))),
        }
    }, |ev, _e, x| {
        let (v, list, k, path) = stored(x)?;
        let mut v = Some(v);
        edit(ev, list, &path, &mut |l| match (v.take(), k <= l.len()) {
            (Some(v), true) => {
                l.insert(k, v);
                Ok(())
            }
            _ => Err(EvalError::internal("a position that was not checked")),
        })
    }
}
list_op! {
    /// Operands: list, start, step, count. A list of its own with those elements.
    ListSlice {}, "list_slice", |_| false, |_s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, 3)?;
        Ok(vec![inner(f, *list, 0)?])
    }, |ev, _e, x| {
        let list = list_at(want(x.first(), "a list")?, &[])?;
        let [start, step, count] = &x[1..] else { return Err(EvalError::internal("three integers expected")) };
        let (start, step, count) = (int(start)?, int(step)?, int(count)?);
        let mut out = vec![];
        for k in 0..count {
            let at = usize::try_from(start.wrapping_add(k.wrapping_mul(step))).unwrap_or(usize::MAX);
            out.push(ev.deep_copy(want(list.get(at), "an element")?));
        }
        ev.stats.copied += out.len() as u64;
        Ok(vec![Value::list(out)])
    }
}
list_op! {
    /// Operands: two lists of one type. A list of its own with the elements of both.
    ListConcat {}, "list_concat", |_| false, |_s, f, x| {
        arity(x, 2)?;
        let t = inner(f, x[0], 0)?;
        if t == *f.ty(x[1]) { Ok(vec![t]) } else { Err(format!("{t} and {} joined", f.ty(x[1]))) }
    }, |ev, _e, x| {
        let mut out = vec![];
        for l in &x {
            for v in list_at(l, &[])? {
                out.push(ev.deep_copy(v));
            }
        }
        ev.stats.copied += out.len() as u64;
        Ok(vec![Value::list(out)])
    }
}
list_op! {
    /// A list of an array's elements along its only axis.
    ListOfArray {}, "list_of_array", |_| false, |_s, f, x| {
        arity(x, 1)?;
        match array_ty(f, x[0])? {
            (d, [_]) => Ok(vec![Ty::List(Box::new(Ty::Scalar(d)))]),
            _ => Err(format!("list of {}", f.ty(x[0]))),
        }
    }, |ev, _e, x| {
        let a = array(want(x.first(), "an array")?)?;
        ev.stats.copied += a.len() as u64;
        Ok(vec![Value::list(a.iter().map(Value::Scalar).collect())])
    }
}
list_op! {
    /// An array of one axis with the elements of a list of scalars; its size is fresh.
    ArrayOfList {}, "array_of_list", |_| false, |_s, f, x| {
        arity(x, 1)?;
        match elem(f, x[0], 0)? {
            Ty::Scalar(d) => {
                let n: Dim = f.new_size().into();
                Ok(vec![Ty::Array(d, vec![n])])
            }
            t => Err(format!("array of a list of {t}")),
        }
    }, |ev, e, x| {
        let list = list_at(want(x.first(), "a list")?, &[])?;
        let d = want(ev.out_ty(e, 0)?.dtype(), "a dtype")?;
        let mut out = ev.alloc(d, vec![list.len()])?;
        for (k, v) in list.iter().enumerate() {
            let x = scalar(v)?;
            if x.dtype() != d {
                return Err(EvalError::internal("an element of another dtype"));
            }
            out.set(k, x);
        }
        Ok(vec![Value::array(out)])
    }
}

impl Plain for ListLen {
    says!(no tangent);

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    /// The same in all lanes.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let v = same_indices(x, 1)?;
        Ok(vec![Batched { v: cx.b().emit(self.clone(), &v), on: false }])
    }

    says!(is kept);
}

impl ListLen {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListLen { depth: 0 }, vec![Arg::List(3)]).forward_only()]
    }
}

impl Plain for ListGet {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.emit(self.clone(), &[&[d], &x[1..]].concat()))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let scalars = list_dtype(cx.b().func.ty(x[0].v)).is_some();
        if !x[0].on && x[1].on && scalars {
            let ix = cx.quiet(x[1].v);
            let a = cx.b().emit(ArrayOfList {}, &[x[0].v]);
            let v = cx.b().read(a, &vec![Ix::At], &[ix]);
            return Ok(vec![Batched::on(cx.gate(v))]);
        }
        let v = same_indices(x, 1)?;
        let out = cx.b().emit(self.clone(), &v);
        let out = with_lanes(cx, out);
        Ok(vec![Batched::on(cx.gate(out))])
    }

    says!(is kept);
}

impl ListGet {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListGet { depth: 0 }, vec![Arg::List(3), Arg::int(1)]).forward_only()]
    }
}

impl Plain for ListSet {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        if dx[0].is_none() && dx[1].is_none() {
            return Ok(vec![None]);
        }
        let list = list_tangent(b, y[0], dx[1])?;
        let v = value_tangent(b, list, x, dx[0], self.depth)?;
        Ok(vec![Some(b.emit(self.clone(), &[&[v, list], &x[2..]].concat()))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
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
    pub(super) fn samples() -> Vec<Sample> {
        let args = vec![Arg::float(), Arg::List(3), Arg::int(1)];
        vec![Sample::of(ListSet { depth: 0 }, args).forward_only()]
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
            (v, Some(list)) => (value_tangent(b, list, x, v, self.depth)?, list),
        };
        Ok(vec![Some(b.emit(self.clone(), &[&[v.0, v.1], &x[2..]].concat()))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if cx.mask().is_some() {
            return Err("a list whose length differs between lanes: use an array of the largest length".into());
        }
        let mut v = same_indices(x, 2)?;
        v[0] = cx.ensure(&x[0])?;
        v[1] = cx.ensure(&x[1])?;
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListPush {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListPush { depth: 0 }, vec![Arg::float(), Arg::List(3)]).forward_only()]
    }
}

impl Plain for ListPop {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let Some(d) = dx[0] else { return Ok(vec![None, None]) };
        let outs = b.emit_n(self.clone(), &[&[d], &x[1..]].concat(), vec![]);
        Ok(outs.into_iter().map(Some).collect())
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if cx.mask().is_some() {
            return Err("a list whose length differs between lanes: use an array of the largest length".into());
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
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListPop { depth: 0 }, vec![Arg::List(3), Arg::int(1)]).forward_only()]
    }
}

impl Plain for ListInsert {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        match (dx[0], dx[1]) {
            (None, None) => Ok(vec![None]),
            (Some(v), None) => {
                let list = zero_like(b, y[0])?;
                Ok(vec![Some(b.emit(ListSet { depth: self.depth }, &[&[v, list], &x[2..]].concat()))])
            }
            (v, Some(list)) => {
                let v = value_tangent(b, list, x, v, self.depth)?;
                Ok(vec![Some(b.emit(self.clone(), &[&[v, list], &x[2..]].concat()))])
            }
        }
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if cx.mask().is_some() {
            return Err("a list whose length differs between lanes: use an array of the largest length".into());
        }
        let mut v = same_indices(x, 2)?;
        v[0] = cx.ensure(&x[0])?;
        v[1] = cx.ensure(&x[1])?;
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListInsert {
    pub(super) fn samples() -> Vec<Sample> {
        let args = vec![Arg::float(), Arg::List(3), Arg::int(1)];
        vec![Sample::of(ListInsert { depth: 0 }, args).forward_only()]
    }
}

impl Plain for ListSlice {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.emit(self.clone(), &[&[d], &x[1..]].concat()))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let mut v = same_indices(x, 1)?;
        v[0] = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListSlice {
    pub(super) fn samples() -> Vec<Sample> {
        let args = vec![Arg::List(5), Arg::int(4), Arg::int(-2), Arg::int(2)];
        vec![Sample::of(ListSlice {}, args).forward_only()]
    }
}

impl Plain for ListConcat {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let (p, q) = (list_tangent(b, x[0], dx[0])?, list_tangent(b, x[1], dx[1])?);
        Ok(vec![Some(b.emit(self.clone(), &[p, q]))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let v = [cx.ensure(&x[0])?, cx.ensure(&x[1])?];
        Ok(vec![Batched::on(cx.b().emit(self.clone(), &v))])
    }

    says!(is kept);
}

impl ListConcat {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListConcat {}, vec![Arg::List(3), Arg::List(2)]).forward_only()]
    }
}

impl Plain for ListOfArray {
    fn jvp(&self, b: &mut Builder, _: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.emit(self.clone(), &[d]))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
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
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ListOfArray {}, vec![Arg::floats(&[3])]).forward_only()]
    }
}

impl Plain for ArrayOfList {
    fn jvp(&self, b: &mut Builder, _: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.emit(self.clone(), &[d]))])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
        Err("reverse mode through a list: collect the values in an array".into())
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
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(ArrayOfList {}, vec![Arg::List(3)]).forward_only()]
    }
}

/// The element dtype of a list of scalars.
pub fn list_dtype(t: &Ty) -> Option<DType> {
    match t {
        Ty::List(e) => match **e {
            Ty::Scalar(d) => Some(d),
            _ => None,
        },
        _ => None,
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

/// The tangent of a value that goes into a list whose tangent is there.
fn value_tangent(b: &mut Builder, list: Var, x: &[Var], d: Tangent, depth: usize) -> Rule<Var> {
    match (d, elem(&b.func, list, depth)?) {
        (Some(d), _) => Ok(d),
        (None, t @ Ty::Scalar(_)) => Ok(b.zero_tangent(&t)),
        (None, t) => Err(format!("the derivative of a list of {t}, of which {} is constant", b.func.ty(x[0]))),
    }
}
