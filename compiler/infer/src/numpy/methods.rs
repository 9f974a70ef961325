//! Methods of arrays and of elementwise functions.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Dim;
use quipu_ir::ops::{self, Ix};
use std::rc::Rc;

/// What `order=` may ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Row-major.
    C,
    /// Column-major.
    F,
    /// Column-major if the array is.
    A,
    /// As the array lies in memory.
    K,
}

impl<'a> Lower<'a, '_> {
    pub fn array_method(&mut self, o: &Val<'a>, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let p = self.as_place(o)?;
        match name {
            "sum" | "prod" | "min" | "max" | "mean" | "any" | "all" | "std" | "var" => self.reduction(&p, name, args),
            "argmin" | "argmax" => self.arg_reduction(&p, name, args),
            "cumsum" | "cumprod" => self.scan(&p, name, args),
            "median" => self.median(&p, args),
            "copy" => {
                let a = self.take_args(name, args, &["order"], 0)?;
                let order = match self.memory_order(&p, a[0].as_ref())? {
                    None => Order::C,
                    Some(perm) => Order::of(perm, false),
                };
                let a = self.read(&p)?;
                let c = self.b.copy(a);
                Ok(self.fresh_in(c, order))
            }
            "flatten" | "ravel" => {
                let a = self.take_args(name, args, &["order"], 0)?;
                let q = match self.memory_order(&p, a[0].as_ref())? {
                    None => p,
                    Some(perm) => self.permuted(&p, &perm),
                };
                let n = q.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                if name == "ravel" {
                    return self.reshaped(&q, vec![n], super::strides::Shaping::Ravel);
                }
                let a = self.read(&q)?;
                let c = self.b.copy(a);
                let r = self.emit(ops::Reshape { dims: vec![n] }, &[c]);
                Ok(self.fresh(r))
            }
            "astype" => {
                let a = self.take_args(name, args, &["dtype", "order", "casting", "subok", "copy"], 1)?;
                if a[1].as_ref().is_some_and(|v| v.str_known() != Some("K"))
                    || a[2].as_ref().is_some_and(|v| v.str_known() != Some("unsafe"))
                {
                    return self.unsupported("astype with `order` or `casting`", "leave them out");
                }
                let d = self.dtype_arg(&a[0].clone().unwrap_or(Val::None))?;
                if a[4].as_ref().and_then(Val::bool_known) == Some(false) && d == p.dtype {
                    return Ok(o.clone());
                }
                self.astype(&p, d)
            }
            "reshape" => self.reshape(&p, args),
            "transpose" => {
                let rank = p.dims.len();
                let Args { mut pos, kw } = args;
                match &kw[..] {
                    [] => {}
                    [(k, v)] if k.as_str() == "axes" && pos.is_empty() => pos.push(v.clone()),
                    _ => return self.raise(ErrorKind::TypeError, "transpose() takes no keyword arguments"),
                }
                let items = match &pos[..] {
                    [] | [Val::None] => return self.array_attribute(&p, quipu_syntax::Symbol::new("T")),
                    [Val::Tuple(t)] => t.to_vec(),
                    vs => vs.to_vec(),
                };
                let mut perm = vec![];
                for v in &items {
                    perm.push(self.axis_arg(v, rank)?);
                }
                let mut sorted = perm.clone();
                sorted.sort_unstable();
                if !sorted.into_iter().eq(0..rank) {
                    return self.raise(ErrorKind::ValueError, "axes don't match array");
                }
                Ok(Val::Array(self.permuted(&p, &perm)))
            }
            "swapaxes" => {
                let rank = p.dims.len();
                let [a, b] = self.given(name, args, ["axis1", "axis2"])?;
                let (a, b) = (self.axis_arg(&a, rank)?, self.axis_arg(&b, rank)?);
                let mut perm: Vec<usize> = (0..rank).collect();
                perm.swap(a, b);
                Ok(Val::Array(self.permuted(&p, &perm)))
            }
            "squeeze" => {
                let a = self.take_args(name, args, &["axis"], 0)?;
                let axes = match &a[0] {
                    Some(v) if !matches!(v, Val::None) => self.axes_arg(Some(v), p.dims.len())?,
                    _ => {
                        if p.dims.iter().any(|d| d.as_const().is_none()) {
                            return self.unsupported("squeeze of axes whose size is not known", "give axis=");
                        }
                        (0..p.dims.len()).filter(|k| p.dims[*k].as_const() == Some(1)).collect()
                    }
                };
                for k in &axes {
                    let (n, one) = (self.b.size(&p.dims[*k]), self.b.i64(1));
                    if self.known_of(n) != Some(1) {
                        let other = self.b.map(&ops::NE, &[n, one]);
                        let text = "cannot select an axis to squeeze out which has size not equal to one";
                        self.raise_if(other, ErrorKind::ValueError, text, &[]);
                    }
                }
                let zero = self.int(0);
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let mut ix: Vec<Val<'a>> =
                    (0..p.dims.len()).map(|k| if axes.contains(&k) { zero.clone() } else { full.clone() }).collect();
                // An array even where no axis is left.
                ix.push(Val::Ellipsis);
                self.load(&p, &Val::Tuple(ix.into()))
            }
            "expand_dims" => {
                let [axis] = self.given(name, args, ["axis"])?;
                let axis = self.axis_arg(&axis, p.dims.len() + 1)?;
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let mut ix = vec![full; p.dims.len()];
                ix.insert(axis, Val::None);
                self.load(&p, &Val::Tuple(ix.into()))
            }
            "sort" => {
                let a = self.take_args(name, args, &["axis", "kind", "order", "stable"], 0)?;
                let axis = match &a[0] {
                    Some(v) => self.axis_arg(&v.clone(), p.dims.len())?,
                    None => match p.dims.len().checked_sub(1) {
                        Some(k) => k,
                        None => {
                            return self
                                .raise(ErrorKind::AxisError, "axis -1 is out of bounds for array of dimension 0");
                        }
                    },
                };
                let a = self.read(&p)?;
                let s = self.emit(ops::Sort { axis, python: false }, &[a]);
                self.write(&p, s)?;
                Ok(Val::None)
            }
            "argsort" => {
                let a = self.take_args(name, args, &["axis", "kind", "order", "stable"], 0)?;
                let flat = matches!(a[0], Some(Val::None)) || p.dims.is_empty();
                let p = match flat {
                    true => match self.array_method(o, "ravel", Args::default())? {
                        Val::Array(q) => q,
                        _ => p,
                    },
                    false => p,
                };
                let axis = match &a[0] {
                    Some(v) if !flat => self.axis_arg(&v.clone(), p.dims.len())?,
                    _ => p.dims.len().saturating_sub(1),
                };
                let a = self.read(&p)?;
                let s = self.emit(ops::ArgSort { axis, python: false }, &[a]);
                Ok(self.fresh(s))
            }
            "fill" => {
                let [v] = self.given(name, args, ["value"])?;
                let v = self.stored(&v, p.dtype)?;
                let v = self.fit(v, &p.dims.clone())?;
                self.write(&p, v)?;
                Ok(Val::None)
            }
            "dot" => {
                let [y] = self.given(name, args, ["b"])?;
                let y = self.as_place(&y)?;
                self.product(&p, &y, true)
            }
            "item" => {
                if !args.kw.is_empty() {
                    return self.raise(ErrorKind::TypeError, "ndarray.item() takes no keyword arguments");
                }
                let v = match &args.pos[..] {
                    [] => {
                        let a = self.read(&p)?;
                        let a = self.emit(ops::Reshape { dims: vec![Dim::ONE] }, &[a]);
                        let zero = self.b.i64(0);
                        let x = self.b.read(a, &vec![Ix::At], &[zero]);
                        self.np(p.dtype, x)
                    }
                    [i] => self.load(&p, &i.clone())?,
                    vs => self.load(&p, &Val::Tuple(vs.to_vec().into()))?,
                };
                self.call_method(&v, quipu_syntax::Symbol::new("item"), Args::default())
            }
            "tolist" => {
                if p.dims.len() == 1 {
                    let a = self.read(&p)?;
                    let d = match p.dtype.kind() {
                        Kind::Bool => DType::Bool,
                        Kind::Signed | Kind::Unsigned => DType::I64,
                        Kind::Float => DType::F64,
                        Kind::Complex => DType::C128,
                    };
                    let a = self.b.cast(a, d);
                    let c = self.emit(ops::ListOfArray {}, &[a]);
                    let site = self.site();
                    return Ok(self.list_base(vec![c], &T::Scalar(d, false), site));
                }
                let f = match p.dims.len() {
                    0 => return self.array_method(o, "item", args),
                    2 => "list_of_rows",
                    3 => "list_of_matrices",
                    4 => "list_of_blocks",
                    _ => return self.unsupported("tolist of an array of this rank", "loop over its rows"),
                };
                self.library(f, vec![o.clone()])
            }
            "nonzero" => self.nonzero(&p),
            "conj" | "conjugate" if !p.dtype.is_complex() => Ok(o.clone()),
            "conj" | "conjugate" => self.elementwise(&ops::CONJ, &[o], p.dtype),
            n => {
                // A function of the module may do what a method of this name does.
                if matches!(
                    n,
                    "clip" | "round" | "trace" | "diagonal" | "repeat" | "take" | "ptp" | "put" | "searchsorted"
                ) {
                    let f = self.module_attribute("numpy", quipu_syntax::Symbol::new(n))?;
                    let mut args = args;
                    args.pos.insert(0, o.clone());
                    return self.call(&f, args);
                }
                self.unsupported(format!("the array method `{n}`"), "write it with NumPy's functions")
            }
        }
    }

    /// Arguments that all must be given.
    fn given<const N: usize>(&mut self, what: &str, args: Args<'a>, names: [&'static str; N]) -> R<[Val<'a>; N]> {
        let given = self.take_args(what, args, &names, N)?;
        let mut it = given.into_iter();
        Ok(std::array::from_fn(|_| it.next().flatten().unwrap_or(Val::None)))
    }

    /// The axes, outermost in memory first, that `order=` of a method asks for; `None` for row-major order.
    pub(super) fn memory_order(&mut self, p: &Place, order: Option<&Val<'a>>) -> R<Option<Vec<usize>>> {
        let rank = p.dims.len();
        let layout = match order {
            None | Some(Val::None) => Layout::C,
            Some(v) => match v.str_known() {
                Some("C" | "c") => Layout::C,
                Some("F" | "f") => Layout::F,
                Some("A" | "a") => Layout::A,
                Some("K" | "k") => Layout::K,
                _ => {
                    return self
                        .unsupported("an `order` that is none of 'C', 'F', 'A' and 'K'", "write one of these letters");
                }
            },
        };
        let reversed: Vec<usize> = (0..rank).rev().collect();
        let kept = matches!(layout, Layout::A | Layout::K);
        if kept && p.order == Order::Unknown && rank > 1 {
            return self
                .unsupported("`order='A'` or `'K'` of an array whose memory order depends on the path", "copy it");
        }
        Ok(match layout {
            _ if rank < 2 => None,
            Layout::C => None,
            Layout::F => Some(reversed),
            Layout::A => matches!(&p.order, Order::Perm(q) if **q == reversed[..]).then_some(reversed),
            Layout::K => Some(p.order.axes(rank)).filter(|axes| !axes.iter().copied().eq(0..rank)),
        })
    }

    /// `np.add.reduce(..)` and its like.
    pub fn ufunc_method(&mut self, b: Builtin, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let needed = match name {
            "reduce" | "accumulate" => 1,
            "outer" => 2,
            _ => 0,
        };
        if args.pos.len() < needed {
            return self.raise(ErrorKind::TypeError, &format!("{name}() takes at least {needed} positional arguments"));
        }
        match (b.name, name) {
            ("add", "reduce") | ("multiply", "reduce") | ("maximum", "reduce") | ("minimum", "reduce") => {
                let mut args = args;
                let p = self.as_place(&args.pos.remove(0))?;
                if args.pos.is_empty() && args.kw.is_empty() {
                    let zero = self.int(0);
                    args.pos.push(zero);
                }
                let n = match b.name {
                    "add" => "sum",
                    "multiply" => "prod",
                    "maximum" => "max",
                    _ => "min",
                };
                self.reduction(&p, n, args)
            }
            (_, "outer") if args.pos.len() == 2 && args.kw.is_empty() => {
                let (x, y) = (self.as_place(&args.pos[0].clone())?, self.as_place(&args.pos[1].clone())?);
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let mut ix = vec![full; x.dims.len()];
                ix.extend(vec![Val::None; y.dims.len()]);
                let x = self.load(&x, &Val::Tuple(ix.into()))?;
                self.call_numpy(b, Args { pos: vec![x, Val::Array(y)], kw: vec![] })
            }
            ("add" | "multiply", "accumulate") => {
                let mut args = args;
                let p = self.as_place(&args.pos.remove(0))?;
                if args.pos.is_empty() && args.kw.is_empty() {
                    let zero = self.int(0);
                    args.pos.push(zero);
                }
                self.scan(&p, if b.name == "add" { "cumsum" } else { "cumprod" }, args)
            }
            ("add" | "subtract" | "multiply" | "maximum" | "minimum", "at") if args.pos.len() == 3 => {
                let f = self.module_attribute("numpy", quipu_syntax::Symbol::new("ufunc_at"))?;
                let all = [&[Val::Builtin(b)][..], &args.pos].concat();
                self.call_values(&f, &all)
            }
            _ => self.unsupported(format!("np.{}.{name}", b.name), "write the loop"),
        }
    }
}
