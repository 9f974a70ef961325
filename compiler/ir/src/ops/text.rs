//! The attributes of plain ops in the text form: `name front.. %operands.., key=value..`.
//!
//! Control ops and chains have a syntax of their own, which `core::text` knows.

use super::*;
use quipu_abi::{DType, ErrorKind};
use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

/// An attribute as it is written.
#[derive(Clone, PartialEq, Debug)]
pub enum Attr {
    /// A name: of a row, a dtype or an exception.
    Word(String),
    Text(Rc<str>),
    Num(usize),
    Nums(Vec<usize>),
    Dim(Dim),
    Dims(Vec<Dim>),
    Ty(Ty),
    Const(Const),
}

/// What stands before the operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Front {
    Word,
    /// A word or nothing.
    MaybeWord,
    Text,
    Dim,
    Ty,
    Const,
}

/// Attributes before the operands, and those with a key behind them.
pub type Form = (Vec<Attr>, Vec<(&'static str, Attr)>);

/// How a plain op is written; `None` for control ops and chains.
pub fn form(op: &Op) -> Option<Form> {
    let word = |w: &str| Attr::Word(w.to_string());
    let axis = |k: usize| vec![("axis", Attr::Num(k))];
    let depth = |d: usize| if d == 0 { vec![] } else { vec![("depth", Attr::Num(d))] };
    let at = |axes: &[usize], at: usize| vec![("axes", Attr::Nums(axes.to_vec())), ("at", Attr::Num(at))];
    Some(match op {
        Op::Map(f) => (vec![word(f.0.name)], vec![]),
        Op::Cast(d) => (vec![], vec![("to", word(d.0.short()))]),
        Op::Const(c) => (vec![Attr::Const(c.clone())], vec![]),
        Op::Size(d) => (vec![Attr::Dim(d.0.clone())], vec![]),
        Op::Zeros(z) => (vec![Attr::Ty(z.0.clone())], vec![]),
        Op::Iota(i) => (vec![], vec![("dims", Attr::Dims(i.dims.clone())), ("axis", Attr::Num(i.axis))]),
        Op::Broadcast(b) => (vec![], vec![("dims", Attr::Dims(b.dims.clone())), ("axes", Attr::Nums(b.axes.clone()))]),
        Op::Reshape(r) => (vec![], vec![("dims", Attr::Dims(r.dims.clone()))]),
        Op::Permute(p) => (vec![], vec![("perm", Attr::Nums(p.perm.clone()))]),
        Op::Concat(c) => (vec![], axis(c.axis)),
        Op::Gather(g) => (vec![], at(&g.axes, g.at)),
        Op::Scatter(s) => (vec![], at(&s.axes, s.at)),
        Op::ScatterAdd(s) => (vec![], at(&s.axes, s.at)),
        Op::NormIndex(n) => (vec![], vec![("text", Attr::Text(n.text.clone()))]),
        Op::Reduce(r) => {
            let mut keys = vec![("axes", Attr::Nums(r.axes.clone()))];
            keys.extend(r.layout.strides.clone().map(|s| ("strides", Attr::Dims(s))));
            keys.extend(r.layout.cast.then_some(("cast", Attr::Num(1))));
            (vec![], keys)
        }
        Op::ArgReduce(r) => (vec![], axis(r.axis)),
        Op::Scan(s) => (vec![], axis(s.axis)),
        Op::Sort(Sort { axis: a, python }) | Op::ArgSort(ArgSort { axis: a, python }) => {
            let mut keys = axis(*a);
            keys.extend(python.then_some(("python", Attr::Num(1))));
            (vec![], keys)
        }
        Op::MatMul(m) if m.batch > 0 => (vec![], vec![("batch", Attr::Num(m.batch))]),
        Op::RaiseIf(r) => (vec![word(r.kind.class_name()), Attr::Text(r.text.clone())], vec![]),
        Op::Raise(r) => (r.kind.iter().map(|k| word(k.class_name())).collect(), vec![]),
        Op::ListNew(l) => (vec![Attr::Ty(l.0.clone())], vec![]),
        Op::TapeNew(t) => (vec![Attr::Ty(t.0.clone())], vec![]),
        Op::ListLen(l) => (vec![], depth(l.depth)),
        Op::ListGet(l) => (vec![], depth(l.depth)),
        Op::ListSet(l) => (vec![], depth(l.depth)),
        Op::ListTake(l) => (vec![], depth(l.depth)),
        Op::ListPut(l) => (vec![], depth(l.depth)),
        Op::ListPush(l) => (vec![], depth(l.depth)),
        Op::ListPop(l) => (vec![], depth(l.depth)),
        Op::ListInsert(l) => (vec![], depth(l.depth)),
        Op::ListSwap(l) => (vec![], depth(l.depth)),
        Op::TableFind(t) => (vec![], depth(t.depth)),
        Op::TableOrder(t) => (vec![], depth(t.depth)),
        Op::TableEdit(t) => (vec![word(t.edit.name())], depth(t.depth)),
        Op::Extern(f) => (vec![word(f.0.name)], vec![]),
        Op::If(_) | Op::For(_) | Op::While(_) | Op::Call(_) | Op::Try(_) => return None,
        Op::Read(_) | Op::Update(_) | Op::UpdateAdd(_) => return None,
        _ => (vec![], vec![]),
    })
}

/// What the reader finds before the operands of an op of this name.
pub fn front(name: &str) -> &'static [Front] {
    match name {
        "map" | "extern" | "table_edit" => &[Front::Word],
        "const" => &[Front::Const],
        "size" => &[Front::Dim],
        "zeros" | "list_new" | "tape_new" => &[Front::Ty],
        "raise_if" => &[Front::Word, Front::Text],
        "raise" => &[Front::MaybeWord],
        _ => &[],
    }
}

/// An op from its name and attributes.
pub fn build(name: &str, front: Vec<Attr>, mut keys: HashMap<String, Attr>) -> Result<Op, String> {
    let mut front = front.into_iter();
    let mut key = |k: &str| keys.remove(k);
    let num = |a: Option<Attr>, k: &str| match a {
        Some(Attr::Num(n)) => Ok(n),
        _ => Err(format!("`{k}=` with a number expected")),
    };
    let nums = |a: Option<Attr>, k: &str| match a {
        Some(Attr::Nums(n)) => Ok(n),
        _ => Err(format!("`{k}=` with a list of numbers expected")),
    };
    let dims = |a: Option<Attr>| match a {
        Some(Attr::Dims(d)) => Ok(d),
        // A list of numbers is a list of dims as well.
        Some(Attr::Nums(n)) => Ok(n.into_iter().map(|k| Dim::from(k as i64)).collect()),
        _ => Err("`dims=` with a list of dims expected".to_string()),
    };
    let word = |a: Option<Attr>| match a {
        Some(Attr::Word(w)) => Ok(w),
        _ => Err("a name expected".to_string()),
    };
    let kind = |w: String| ErrorKind::from_name(&w).ok_or_else(|| format!("{w} is no exception"));
    let ty = |a: Option<Attr>| match a {
        Some(Attr::Ty(t)) => Ok(t),
        _ => Err("a type expected".to_string()),
    };
    let depth = |a: Option<Attr>| match a {
        None => Ok(0),
        a => num(a, "depth"),
    };
    let reduce = |kind: ReduceKind, key: &mut dyn FnMut(&str) -> Option<Attr>| {
        let strides = match key("strides") {
            None => None,
            s => Some(dims(s)?),
        };
        let layout = Layout { strides, cast: key("cast").is_some() };
        Ok::<Op, String>(Reduce { kind, axes: nums(key("axes"), "axes")?, layout }.into())
    };
    let op: Op = match name {
        "map" => {
            let w = word(front.next())?;
            Map(ALL.iter().find(|f| f.name == w).ok_or_else(|| format!("there is no row {w}"))?).into()
        }
        "cast" => {
            let w = word(key("to"))?;
            Cast(DType::from_short(&w).ok_or_else(|| format!("{w} is no dtype"))?).into()
        }
        "int_add" => IntChecked::Add.into(),
        "int_sub" => IntChecked::Sub.into(),
        "int_mul" => IntChecked::Mul.into(),
        "int_neg" => IntChecked::Neg.into(),
        "int_abs" => IntChecked::Abs.into(),
        "int_pow" => IntChecked::Pow.into(),
        "int_shl" => IntChecked::Shl.into(),
        "int_floordiv" => IntChecked::FloorDiv.into(),
        "const" => match front.next() {
            Some(Attr::Const(c)) => c.into(),
            _ => return Err("a constant expected".into()),
        },
        "size" => match front.next() {
            Some(Attr::Dim(d)) => Size(d).into(),
            _ => return Err("a dim expected".into()),
        },
        "zeros" => Zeros(ty(front.next())?).into(),
        "iota" => Iota { dims: dims(key("dims"))?, axis: num(key("axis"), "axis")? }.into(),
        "broadcast" => Broadcast { dims: dims(key("dims"))?, axes: nums(key("axes"), "axes")? }.into(),
        "reshape" => Reshape { dims: dims(key("dims"))? }.into(),
        "permute" => Permute { perm: nums(key("perm"), "perm")? }.into(),
        "concat" => Concat { axis: num(key("axis"), "axis")? }.into(),
        "copy" => Copy.into(),
        "gather" => Gather { axes: nums(key("axes"), "axes")?, at: num(key("at"), "at")? }.into(),
        "scatter" => Scatter { axes: nums(key("axes"), "axes")?, at: num(key("at"), "at")? }.into(),
        "scatter_add" => ScatterAdd { axes: nums(key("axes"), "axes")?, at: num(key("at"), "at")? }.into(),
        "nonzero" => Nonzero.into(),
        "norm_index" => match key("text") {
            Some(Attr::Text(text)) => NormIndex { text }.into(),
            _ => return Err("`text=` expected".into()),
        },
        "reduce_sum" => reduce(ReduceKind::Sum, &mut key)?,
        "reduce_prod" => reduce(ReduceKind::Prod, &mut key)?,
        "reduce_max" => reduce(ReduceKind::Max, &mut key)?,
        "reduce_min" => reduce(ReduceKind::Min, &mut key)?,
        "reduce_any" => reduce(ReduceKind::Any, &mut key)?,
        "reduce_all" => reduce(ReduceKind::All, &mut key)?,
        "argmax" | "argmin" => ArgReduce { max: name == "argmax", axis: num(key("axis"), "axis")? }.into(),
        "cumsum" | "cumprod" => Scan { product: name == "cumprod", axis: num(key("axis"), "axis")? }.into(),
        "sort" => Sort { axis: num(key("axis"), "axis")?, python: key("python").is_some() }.into(),
        "argsort" => ArgSort { axis: num(key("axis"), "axis")?, python: key("python").is_some() }.into(),
        "matmul" => MatMul { batch: key("batch").map_or(Ok(0), |a| num(Some(a), "batch"))? }.into(),
        "raise_if" => match (kind(word(front.next())?)?, front.next()) {
            (kind, Some(Attr::Text(text))) => RaiseIf { kind, text }.into(),
            _ => return Err("a message expected".into()),
        },
        "raise" => Raise { kind: front.next().map(|w| kind(word(Some(w))?)).transpose()? }.into(),
        "cell_new" => CellNew.into(),
        "cell_set" => CellSet.into(),
        "cell_get" | "cell_take" => CellGet { take: name == "cell_take" }.into(),
        "deposit" => Deposit { word: num(key("word"), "word")? }.into(),
        "list_new" => ListNew(ty(front.next())?).into(),
        "list_len" => ListLen { depth: depth(key("depth"))? }.into(),
        "list_get" => ListGet { depth: depth(key("depth"))? }.into(),
        "list_set" => ListSet { depth: depth(key("depth"))? }.into(),
        "list_take" => ListTake { depth: depth(key("depth"))? }.into(),
        "list_put" => ListPut { depth: depth(key("depth"))? }.into(),
        "list_zeros" => ListZeros {}.into(),
        "list_push" => ListPush { depth: depth(key("depth"))? }.into(),
        "list_pop" => ListPop { depth: depth(key("depth"))? }.into(),
        "list_insert" => ListInsert { depth: depth(key("depth"))? }.into(),
        "list_swap" => ListSwap { depth: depth(key("depth"))? }.into(),
        "table_find" => TableFind { depth: depth(key("depth"))? }.into(),
        "text_order" => TextOrder {}.into(),
        "table_order" => TableOrder { depth: depth(key("depth"))? }.into(),
        "table_edit" => {
            let w = word(front.next())?;
            let edit = Edit::ALL.into_iter().find(|e| e.name() == w).ok_or_else(|| format!("there is no edit {w}"))?;
            TableEdit { depth: depth(key("depth"))?, edit }.into()
        }
        "list_slice" => ListSlice {}.into(),
        "list_concat" => ListConcat {}.into(),
        "list_of_array" => ListOfArray {}.into(),
        "array_of_list" => ArrayOfList {}.into(),
        "tape_new" => TapeNew(ty(front.next())?).into(),
        "tape_push" => TapePush.into(),
        "tape_pop" => TapePop.into(),
        "tape_next" => TapeNext.into(),
        "extern" => {
            let w = word(front.next())?;
            Extern(ALL_EXTERNS.iter().find(|f| f.name == w).ok_or_else(|| format!("there is no function {w}"))?).into()
        }
        _ => return Err(format!("there is no op {name}")),
    };
    match keys.into_keys().min() {
        Some(k) => Err(format!("{name} has no attribute {k}")),
        None => Ok(op),
    }
}
