//! Growable sequences. A list is a place like an array: stores consume it and give a new version.
//!
//! `depth` says how many index operands lead from the list to the inner list that the op works on (0: the list
//! itself), so that storing into a row of a list of lists stays in place. Indices are in bounds (`NormIndex` before).
//!
//! **Regions.** Objects that several names or containers reach live in a store per field, a list, and a handle is an
//! index. A field that is an array is stored into in place by `list_take`, updates, and `list_put`: the row is moved out
//! and back, never copied, forward and backward.

mod rules;

pub use rules::list_sum;
pub use tables::*;

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

fn zeros_like(ev: &mut Eval<'_>, v: &Value) -> Outcome<Value> {
    Ok(match v {
        Value::List(l) => {
            ev.stats.elems += l.len() as u64;
            Value::list(l.iter().map(|v| zeros_like(ev, v)).collect::<Outcome<_>>()?)
        }
        Value::Array(a) => Value::array(ev.alloc(a.dtype, a.shape.clone())?),
        v => Value::Scalar(Scalar::zero(scalar(v)?.dtype())),
    })
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

    says!(consumes all);

    says!(no effects);

    says!(dims of its type);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![Value::list(x)])
    }
}

/// The typing of what puts a value into a list, at `depth + 1` indices; `how` it does, for the error.
fn takes_in(f: &Func, x: &[Var], depth: usize, how: &str) -> Result<Vec<Ty>, String> {
    let [v, list, ix @ ..] = x else { return Err("a value and a list expected".into()) };
    indices(f, ix, depth + 1)?;
    match fits(&elem(f, *list, depth)?, f.ty(*v)) {
        true => Ok(vec![f.ty(*list).clone()]),
        false => Err(format!("{} {how} {}", f.ty(*v), f.ty(*list))),
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
    /// Operands: list (consumed), `depth + 1` indices. The list without a value there, and the element, moved. Nothing
    /// may look at the place before `list_put` has filled it again, with a version of what was taken.
    ListTake { depth: usize }, "list_take", |k| k == 0, |s, f, x| {
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
            taken = Some(std::mem::replace(want(l.get_mut(k), "an element")?, Value::bool(false)));
            Ok(())
        })?;
        out.push(want(taken, "an element")?);
        Ok(out)
    }
}
list_op! {
    /// Operands: value (consumed), list (consumed), `depth + 1` indices. The list with the value where `list_take` left
    /// none.
    ListPut { depth: usize }, "list_put", |k| k < 2, |s, f, x| {
        takes_in(f, x, s.depth, "put in")
    }, |ev, _e, x| {
        let (v, list, k, path) = stored(x)?;
        let mut v = Some(v);
        edit(ev, list, &path, &mut |l| {
            let slot = want(l.get_mut(k), "an element")?;
            *slot = want(v.take(), "a value")?;
            Ok(())
        })
    }
}
list_op! {
    /// A list of the operand's shape, all the way down, with zeros for its numbers.
    ListZeros {}, "list_zeros", |_| false, |_s, f, x| {
        arity(x, 1)?;
        let list = inner(f, x[0], 0)?;
        let mut t = &list;
        while let Ty::List(e) = t {
            t = e;
        }
        match t {
            Ty::Scalar(_) | Ty::Array(..) => Ok(vec![list]),
            t => Err(format!("zeros in a list of {t}")),
        }
    }, |ev, _e, x| {
        Ok(vec![zeros_like(ev, want(x.first(), "a list")?)?])
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
        takes_in(f, x, s.depth, "inserted in")
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

mod tables;
