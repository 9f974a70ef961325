//! Structured arrays: `np.zeros(n, dtype=[("x", "f8"), ("n", "i4")])`.
//!
//! Each field is an array of its own, in memory too, and a structured array is the list of their places, which all have
//! the same dims. Indexing by a name gives the field, which is a view as in NumPy; any other index goes to every field,
//! so `a[1:]` is a structured array again, and `a[0]` one of no axes, whose fields are its numbers.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// The fields that a `dtype` argument lists; `None` if it is an ordinary dtype.
    pub(super) fn fields_arg(&mut self, v: &Val<'a>) -> R<Option<Vec<(Symbol, DType)>>> {
        let Val::Tuple(entries) = v else { return Ok(None) };
        let mut out: Vec<(Symbol, DType)> = vec![];
        for e in entries.iter() {
            let field = match e {
                Val::Tuple(pair) if pair.len() == 2 => pair[0].str_known().map(|n| (Symbol::new(n), pair[1].clone())),
                _ => None,
            };
            let Some((name, d)) = field else {
                return self.unsupported(
                    "a structured dtype like this",
                    "list its fields: [(\"x\", \"f8\"), (\"n\", \"i4\")]",
                );
            };
            if out.iter().any(|(n, _)| *n == name) {
                return self.raise(ErrorKind::ValueError, &format!("field '{}' occurs more than once", name.as_str()));
            }
            out.push((name, self.dtype_arg(&d)?));
        }
        Ok(Some(out))
    }

    /// A new structured array of zeros or ones.
    pub(super) fn new_fields(&mut self, fields: &[(Symbol, DType)], dims: &[Dim], ones: bool) -> R<Val<'a>> {
        let mut out = vec![];
        for (n, d) in fields {
            let v = if ones {
                let one = self.b.zeros(&Ty::Scalar(*d));
                let one = self.b.like(1.0, one);
                self.b.fill(one, dims)
            } else {
                self.b.zeros(&Ty::Array(*d, dims.to_vec()))
            };
            if let Val::Array(p) = self.fresh(v) {
                out.push((*n, p));
            }
        }
        Ok(Val::Fields(out.into()))
    }

    fn field_of(&mut self, fields: &[(Symbol, Place)], name: &str) -> R<Place> {
        match fields.iter().find(|(n, _)| n.as_str() == name) {
            Some((_, p)) => Ok(p.clone()),
            None => self.raise(ErrorKind::ValueError, &format!("no field of name {name}")),
        }
    }

    /// The index that keeps an array where all axes are taken, so that it is a view still.
    fn kept_index(&self, i: &Val<'a>) -> Val<'a> {
        let basic = |v: &Val<'a>| match v {
            Val::Scalar(s) => s.dtype != DType::Bool,
            v => matches!(v, Val::Slice(_) | Val::None),
        };
        match i {
            Val::Tuple(t) if t.iter().all(basic) => Val::Tuple(t.iter().cloned().chain([Val::Ellipsis]).collect()),
            i if basic(i) => Val::Tuple(vec![i.clone(), Val::Ellipsis].into()),
            i => i.clone(),
        }
    }

    /// `a[i]`
    pub fn fields_load(&mut self, fields: &[(Symbol, Place)], i: &Val<'a>) -> R<Val<'a>> {
        if let Some(name) = i.str_known() {
            let p = self.field_of(fields, name)?;
            if p.dims.is_empty() {
                let x = self.read_element(&p)?;
                return Ok(self.np(p.dtype, x));
            }
            return Ok(Val::Array(Place { obj: self.new_obj(), ..p }));
        }
        if matches!(i, Val::Str(_)) {
            return self.unsupported("a field whose name is not known while compiling", "write its name");
        }
        let i = self.kept_index(i);
        let mut out = vec![];
        for (n, p) in fields {
            match self.load(p, &i)? {
                Val::Array(q) => out.push((*n, q)),
                _ => return self.unsupported("this index of a structured array", "index its fields"),
            }
        }
        Ok(Val::Fields(out.into()))
    }

    /// `a[i] = v`: a tuple has a value for each field, a structured array too, anything else goes to all of them.
    pub fn fields_store(&mut self, fields: &[(Symbol, Place)], i: &Val<'a>, v: &Val<'a>) -> R<()> {
        let all = Val::Ellipsis;
        if let Some(name) = i.str_known() {
            let p = self.field_of(fields, name)?;
            return self.store(&p, &all, v);
        }
        if matches!(i, Val::Str(_)) {
            return self.unsupported("a field whose name is not known while compiling", "write its name");
        }
        let values: Vec<Val<'a>> = match v {
            Val::Tuple(vs) if vs.len() == fields.len() => vs.to_vec(),
            Val::Tuple(vs) => {
                let text =
                    format!("could not assign tuple of length {} to structure with {} fields.", vs.len(), fields.len());
                return self.raise(ErrorKind::ValueError, &text);
            }
            Val::Fields(others) if others.len() == fields.len() => {
                others.iter().map(|(_, p)| Val::Array(p.clone())).collect()
            }
            Val::Scalar(_) => vec![v.clone(); fields.len()],
            _ => return self.unsupported("this as items of a structured array", "store into its fields"),
        };
        // The values are read before the first store.
        let mut read = vec![];
        for v in &values {
            read.push(match v {
                Val::Array(p) => self.copy_place(p)?,
                v => v.clone(),
            });
        }
        for ((_, p), v) in fields.iter().zip(&read) {
            self.store(p, i, v)?;
        }
        Ok(())
    }

    /// An attribute of a structured array.
    pub fn fields_attribute(&mut self, fields: &Rc<[(Symbol, Place)]>, name: Symbol) -> R<Val<'a>> {
        let Some((_, first)) = fields.first() else {
            return self.error("internal", "a structured array without fields");
        };
        match name.as_str() {
            "shape" | "ndim" | "size" => self.array_attribute(&first.clone(), name),
            "copy" => Ok(Val::Method(Rc::new((Val::Fields(fields.clone()), name)))),
            n => self.unsupported(format!("`{n}` of a structured array"), "use it of its fields: a[\"x\"]"),
        }
    }

    pub fn fields_copy(&mut self, fields: &[(Symbol, Place)]) -> R<Val<'a>> {
        let mut out = vec![];
        for (n, p) in fields {
            if let Val::Array(q) = self.copy_place(p)? {
                out.push((*n, q));
            }
        }
        Ok(Val::Fields(out.into()))
    }

    /// `a == b`: where all fields are equal.
    pub fn fields_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (Val::Fields(a), Val::Fields(b)) = (x, y) else {
            return self.unsupported("comparing a structured array with this", "compare its fields");
        };
        let same = a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0);
        if !same || !matches!(op, CmpOp::Eq | CmpOp::NotEq) {
            return self.unsupported("comparing these structured arrays like this", "compare their fields");
        }
        let join = if op == CmpOp::Eq { BinOp::BitAnd } else { BinOp::BitOr };
        let mut all: Option<Val<'a>> = None;
        for ((_, p), (_, q)) in a.iter().zip(b.iter()) {
            let v = self.compare(op, &Val::Array(p.clone()), &Val::Array(q.clone()))?;
            all = Some(match all {
                Some(have) => self.binary(join, &have, &v)?,
                None => v,
            });
        }
        Ok(all.unwrap_or(Val::None))
    }

    pub fn fields_text(&mut self, fields: &[(Symbol, Place)], repr: bool) -> R<Var> {
        let mut columns = self.lit("");
        let mut like = None;
        for (_, p) in fields {
            let a = self.read(p)?;
            let a = self.array_of(a);
            like = Some(a);
            let words = self.extern1(&ops::FIELD_WORDS, &[a]);
            columns = self.join2(columns, words);
        }
        let Some(like) = like else { return Ok(self.lit("[]")) };
        let types: Vec<String> =
            fields.iter().map(|(n, p)| format!("('{}', '{}')", n.as_str(), letters(p.dtype))).collect();
        let types = self.lit(&if repr { format!("[{}]", types.join(", ")) } else { String::new() });
        Ok(self.extern1(&ops::FIELDS_TEXT, &[columns, like, types]))
    }
}

/// NumPy's text of a dtype in a list of fields: `<f8`.
fn letters(d: DType) -> String {
    if d == DType::Bool {
        return "?".into();
    }
    let order = if d.size() == 1 { "" } else { "<" };
    format!("{order}{}{}", crate::library::kind_letter(d), d.size())
}
