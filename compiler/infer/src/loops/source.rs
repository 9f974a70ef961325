//! What a `for` runs over: its length, and the item of a trip.

use crate::checkpoint::About;
use crate::objects::{Key, Part};
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Var};
use quipu_syntax::Symbol;

/// What a `for` runs over: a length, and an item for each index.
pub enum Source<'a> {
    Range {
        start: Var,
        step: Var,
    },
    Array(Place),
    Fields(std::rc::Rc<[(Symbol, Place)]>),
    List(ListRef),
    Str(Var),
    Zip(Vec<Counted<'a>>),
    Enumerate(Box<Source<'a>>, Var),
    Reversed(Box<Source<'a>>, Var),
    /// The items at one place of so many rows.
    Transposed(Box<Source<'a>>, Var),
    Map(Val<'a>, Vec<Counted<'a>>, Site),
    Tuple(Val<'a>),
    /// One of several sequences.
    Either(std::rc::Rc<UnionVal<'a>>),
    /// A view of a dict that had these keys when the loop began.
    Entries(Object, Part, Vec<Key>),
    /// A view of a collection; of a set, its entries in the order of its table.
    Collection(Object, Part, Option<ListRef>),
}

/// A source and its length when the loop began.
pub type Counted<'a> = (Var, Source<'a>);

/// Has it a length and items by number?
pub fn is_sequence(v: &Val<'_>) -> bool {
    matches!(v, Val::List(_) | Val::Tuple(_) | Val::Row(_) | Val::Str(_) | Val::Range(_) | Val::Array(_))
}

impl Source<'_> {
    /// How many maps stand in each other.
    fn maps(&self) -> u64 {
        match self {
            Source::Map(_, all, _) => 1 + all.iter().map(|(_, s)| s.maps()).max().unwrap_or(0),
            Source::Zip(all) => all.iter().map(|(_, s)| s.maps()).max().unwrap_or(0),
            Source::Enumerate(s, _) | Source::Reversed(s, _) => s.maps(),
            _ => 0,
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// The trip count and the items of an iterable.
    pub fn source(&mut self, v: &Val<'a>) -> R<(Var, Source<'a>)> {
        match v {
            Val::Range(r) => {
                let trip = self.range_len(&r.clone())?;
                Ok((trip, Source::Range { start: r[0].var, step: r[2].var }))
            }
            Val::Array(p) if p.dims.is_empty() => self.raise(ErrorKind::TypeError, "iteration over a 0-d array"),
            Val::Array(p) => {
                let n = self.b.size(&p.dims[0].clone());
                Ok((n, Source::Array(p.clone())))
            }
            Val::Fields(fs)
                if let Some((_, p)) = fs.first()
                    && !p.dims.is_empty() =>
            {
                let n = self.b.size(&p.dims[0].clone());
                Ok((n, Source::Fields(fs.clone())))
            }
            Val::List(l) => {
                let n = self.list_len(l)?;
                Ok((n, Source::List(l.clone())))
            }
            Val::Row(r) => {
                let l = self.row_list(&r.clone());
                let n = self.list_len(&l)?;
                Ok((n, Source::List(l)))
            }
            Val::Str(s) => {
                let n = self.extern1(&ops::STR_LEN, &[s.var]);
                Ok((n, Source::Str(s.var)))
            }
            Val::Tuple(t) => {
                let n = self.b.i64(t.len() as i64);
                Ok((n, Source::Tuple(v.clone())))
            }
            Val::Iter(it) => match &**it {
                Iter::Zip(_) if self.is_generated(v) => {
                    let l = self.listed(v)?;
                    self.source(&l)
                }
                Iter::Zip(vs) => {
                    let (mut trip, mut all) = (None, vec![]);
                    for v in vs {
                        let (n, s) = self.source(v)?;
                        trip = Some(trip.map_or(n, |t| self.b.map(&ops::MINIMUM, &[t, n])));
                        all.push((n, s));
                    }
                    let trip = trip.unwrap_or_else(|| self.b.i64(0));
                    Ok((trip, Source::Zip(all)))
                }
                Iter::Enumerate(v, start) => {
                    let (n, s) = self.source(v)?;
                    Ok((n, Source::Enumerate(Box::new(s), start.var)))
                }
                Iter::Reversed(v) => {
                    let (n, s) = self.source(v)?;
                    Ok((n, Source::Reversed(Box::new(s), n)))
                }
                Iter::Transposed(rows) => {
                    let (n, rows) = self.source(rows)?;
                    let trip = self.shortest(n, &rows)?;
                    Ok((trip, Source::Transposed(Box::new(rows), n)))
                }
                Iter::Map(f, vs, site) => {
                    let zip = Val::Iter(std::rc::Rc::new(Iter::Zip(vs.clone())));
                    let (n, s) = self.source(&zip)?;
                    let Source::Zip(all) = s else { return Ok((n, s)) };
                    Ok((n, Source::Map(f.clone(), all, *site)))
                }
                Iter::Entries(o, part) if !self.is_record(*o) => self.collection_source(*o, *part),
                Iter::Entries(o, part) => {
                    let keys = self.record_keys(*o)?.unwrap_or_default();
                    let n = self.b.i64(keys.len() as i64);
                    Ok((n, Source::Entries(*o, *part, keys)))
                }
                Iter::Flat(p) => self.source(&Val::Array(p.clone())),
                Iter::Display(vs) => self.source(&Val::Tuple(vs.clone().into())),
                Iter::Generator(_) => {
                    let l = self.listed(v)?;
                    self.source(&l)
                }
            },
            Val::Union(u) if u.members.iter().all(is_sequence) => {
                let n = self.split_union(v, |lw, m| {
                    let (n, _) = lw.source(m)?;
                    Ok(lw.py(DType::I64, n))
                })?;
                Ok((self.operand(&n.unwrap_or(Val::None))?, Source::Either(u.clone())))
            }
            Val::Union(_) if let Some(stop) = self.generalize_members(v) => Err(stop),
            Val::Object(o) if self.collection(*o).is_some() => self.collection_source(*o, Part::Keys),
            Val::Object(o) if self.is_record(*o) => {
                self.source(&Val::Iter(std::rc::Rc::new(Iter::Entries(*o, Part::Keys))))
            }
            Val::Object(_) | Val::Union(_) => {
                let v = self.iterable(v)?;
                let v = self.ungenerated(v)?;
                self.source(&v)
            }
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not iterable"))
            }
        }
    }

    /// The number of trips of a range: at least 0.
    pub fn range_len(&mut self, r: &[Scalar; 3]) -> R<Var> {
        let (start, stop) = (self.b.func.dim_of(r[0].var), self.b.func.dim_of(r[1].var));
        if let Some(k) = self.known_of(r[2].var) {
            let (from, to) = if k > 0 { (start, stop) } else { (stop, start) };
            if let (Some(a), Some(b)) = (from.as_const(), to.as_const())
                && a >= b
            {
                return Ok(self.b.i64(0));
            }
            let span = to.sub(&from);
            let up = k.unsigned_abs() as i64;
            let d = if up == 1 { span } else { span.plus(up - 1).floordiv(&Dim::from(up)).unwrap_or_default() };
            let d = self.b.func.pos(&d);
            return Ok(self.b.size(&d));
        }
        let zero = self.b.i64(0);
        let is_zero = self.b.map(&ops::EQ, &[r[2].var, zero]);
        self.raise_if(is_zero, ErrorKind::ValueError, "range() arg 3 must not be zero", &[]);
        // ceil((stop - start) / step) = -((start - stop) // step)
        let diff = self.b.sub(r[0].var, r[1].var);
        let q = self.b.map(&ops::FLOORDIV, &[diff, r[2].var]);
        let n = self.b.neg(q);
        Ok(self.b.map(&ops::MAXIMUM, &[n, zero]))
    }

    /// The item at an index in bounds.
    pub fn item(&mut self, s: &Source<'a>, i: Var) -> R<Val<'a>> {
        match s {
            Source::Range { start, step } => {
                let known = (self.known_of(*start), self.known_of(*step), self.known_of(i));
                if let (Some(first), Some(step), Some(k)) = known
                    && let Some(x) = step.checked_mul(k).and_then(|d| first.checked_add(d))
                {
                    return Ok(self.int(x));
                }
                let x = if self.known_of(*step) == Some(1) { i } else { self.b.mul(i, *step) };
                let v = if self.known_of(*start) == Some(0) { x } else { self.b.add(*start, x) };
                Ok(self.py(DType::I64, v))
            }
            Source::Array(p) => {
                let idx = self.py(DType::I64, i);
                self.load(p, &idx)
            }
            Source::Fields(fs) => {
                let idx = self.py(DType::I64, i);
                self.fields_load(fs, &idx)
            }
            Source::List(l) => self.list_item(l, i),
            Source::Str(s) => {
                let v = self.extern1(&ops::STR_INDEX, &[*s, i]);
                Ok(self.str_var(v))
            }
            Source::Zip(all) => {
                let lengths = self.lengths_of(s);
                let vs: R<Vec<Val<'a>>> = all.iter().map(|(_, s)| self.item(s, i)).collect();
                let vs = vs?;
                if self.lengths_of(s) != lengths {
                    // Later parts were not asked whether they had an item then.
                    return self.changes_length();
                }
                Ok(Val::Tuple(vs.into()))
            }
            Source::Enumerate(s, start) => {
                let k = if self.known_of(*start) == Some(0) { i } else { self.b.add(i, *start) };
                let (k, v) = (self.py(DType::I64, k), self.item(s, i)?);
                Ok(Val::Tuple(vec![k, v].into()))
            }
            Source::Reversed(s, n) => {
                let one = self.b.i64(1);
                let last = self.b.sub(*n, one);
                let j = self.b.sub(last, i);
                self.item(s, j)
            }
            Source::Transposed(rows, n) => self.row_across(rows, *n, i),
            Source::Map(f, all, site) => {
                let args: R<Vec<Val<'a>>> = all.iter().map(|(_, s)| self.item(s, i)).collect();
                let (lengths, args) = (self.lengths_of(s), args?);
                // A built-in that it calls makes what it makes elsewhere than one that takes the items, and than those of
                // maps inside of this one: `list(map(list, map(list, rows)))`.
                let (at, path) = (self.at, self.frames[self.at].path);
                self.frames[at].path = hash_path(path, self.span, s.maps());
                let v = self.call_values(f, &args);
                self.frames[at].path = path;
                let v = v?;
                if self.lengths_of(s) != lengths {
                    // The function changes what it is mapped over: then `map` is a generator.
                    return self.source_changed(*site);
                }
                Ok(v)
            }
            Source::Either(u) => {
                let item = self.split_union(&Val::Union(u.clone()), |lw, m| match m {
                    Val::List(l) => lw.list_item(l, i),
                    m => {
                        let (_, s) = lw.source(m)?;
                        lw.item(&s, i)
                    }
                })?;
                Ok(item.unwrap_or(Val::None))
            }
            Source::Entries(o, part, keys) => self.record_item(*o, *part, keys, i),
            Source::Collection(o, part, order) => self.collection_item(*o, *part, order.as_ref(), i),
            Source::Tuple(t) => {
                let idx = Scalar { dtype: DType::I64, np: false, var: i, known: None };
                self.tuple_item(t, &idx)
            }
        }
    }

    /// Is there an item in trip `i`, by the lengths that lists have now? `n` is the source's length when the loop began.
    pub fn more(&mut self, s: &Source<'a>, n: Var, i: Var) -> R<Var> {
        match s {
            Source::List(l) => {
                let now = self.list_len(l)?;
                Ok(self.b.map(&ops::LT, &[i, now]))
            }
            Source::Reversed(s, n) if let Source::List(l) = &**s => {
                // CPython starts from the last item that there was, and ends where there is none.
                let now = self.list_len(l)?;
                let (zero, one) = (self.b.i64(0), self.b.i64(1));
                let last = self.b.sub(*n, one);
                let j = self.b.sub(last, i);
                let (low, high) = (self.b.map(&ops::GE, &[j, zero]), self.b.map(&ops::LT, &[j, now]));
                Ok(self.b.map(&ops::AND, &[low, high]))
            }
            Source::Enumerate(s, _) => self.more(s, n, i),
            Source::Zip(all) | Source::Map(_, all, _) => {
                let mut yes = self.b.map(&ops::LT, &[i, n]);
                for (k, (n, s)) in all.iter().enumerate() {
                    let more = self.more(s, *n, i)?;
                    yes = if k == 0 { more } else { self.b.map(&ops::AND, &[yes, more]) };
                }
                Ok(yes)
            }
            Source::Either(u) => {
                let yes = self.split_union(&Val::Union(u.clone()), |lw, m| {
                    let (n, _) = lw.source(m)?;
                    let yes = lw.b.map(&ops::LT, &[i, n]);
                    Ok(lw.py(DType::Bool, yes))
                })?;
                self.operand(&yes.unwrap_or(Val::None))
            }
            _ => Ok(self.b.map(&ops::LT, &[i, n])),
        }
    }

    /// A loop over lists that the body makes longer or shorter: before every trip it asks what there is, as CPython does.
    pub fn growing_loop(
        &mut self,
        site: Site,
        (n, source): &Counted<'a>,
        mut assigned: Vec<Symbol>,
        body: &mut dyn FnMut(&mut Self, Val<'a>) -> R<()>,
    ) -> R<()> {
        let (at, slot) = (self.at, Symbol::new("<position>"));
        let outer = self.frames[at].slots.remove(&slot);
        let zero = self.int(0);
        self.set_slot(at, slot, zero);
        assigned.push(slot);
        let position = |lw: &mut Self| {
            let i = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            lw.operand(&i)
        };
        self.while_loop(
            site,
            assigned,
            &mut |lw| {
                let i = position(lw)?;
                lw.more(source, *n, i)
            },
            &mut |lw| {
                let i = position(lw)?;
                let item = lw.item(source, i)?;
                let one = lw.b.i64(1);
                let next = lw.b.add(i, one);
                let next = lw.py(DType::I64, next);
                lw.set_slot(at, slot, next);
                body(lw, item)
            },
        )?;
        self.frames[at].slots.remove(&slot);
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(())
    }

    /// A body changed the length of a list that its loop runs over: the loop is walked as one that asks before each trip.
    pub fn source_changed<X>(&mut self, site: Site) -> R<X> {
        match self.cx.facts.growing.insert(site) {
            true => Err(self.cx.rise(About::Form(site))),
            false => self.changes_length(),
        }
    }

    fn changes_length<X>(&self) -> R<X> {
        self.unsupported("changing the length of a list while looping over it", "loop over a copy: `for x in list(xs)`")
    }

    /// How often the lengths of the lists that it runs over have changed so far.
    pub fn lengths_of(&self, s: &Source<'a>) -> Vec<u32> {
        self.lists_of(s).iter().map(|l| self.base(l.base).grown).collect()
    }
}
