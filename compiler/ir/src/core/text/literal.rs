//! Values as tests write them: the form that `Value` prints.

use crate::core::{Array, Scalar, Ty, Value};
use crate::ops::numbers::cast;
use quipu_abi::DType;

/// The value of type `ty` that `text` starts with, and the rest of the text.
///
/// `1`, `2.5`, `nan`, `-inf`, `true`, `(1.0, 2.0)`; `"text"`; `[[1, 2], [3, 4]]` is an array, `array(1.0)` one without
/// axes, `zeros(0, 3)` one of zeros; `list[1, 2]`.
pub fn value<'t>(text: &'t str, ty: &Ty) -> Result<(Value, &'t str), String> {
    let mut r = Literal { rest: text };
    let v = r.value(ty)?;
    Ok((v, r.rest.trim_start()))
}

struct Literal<'t> {
    rest: &'t str,
}

impl Literal<'_> {
    fn eat(&mut self, sign: &str) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn want(&mut self, sign: &str) -> Result<(), String> {
        if self.eat(sign) { Ok(()) } else { Err(format!("`{sign}` expected before `{}`", self.rest)) }
    }

    /// Calls `item` until `end`, with commas between.
    fn items(&mut self, end: &str, item: &mut dyn FnMut(&mut Self) -> Result<(), String>) -> Result<(), String> {
        let mut first = true;
        while !self.eat(end) {
            if !first {
                self.want(",")?;
            }
            first = false;
            item(self)?;
        }
        Ok(())
    }

    fn value(&mut self, ty: &Ty) -> Result<Value, String> {
        Ok(match ty {
            Ty::Scalar(d) => Value::Scalar(self.scalar(*d)?),
            Ty::Array(d, dims) => Value::array(self.array(*d, dims.len())?),
            Ty::Str => {
                self.want("\"")?;
                let end = self.rest.find('"').ok_or("a string that does not end")?;
                let text = self.rest[..end].replace("\\n", "\n");
                self.rest = &self.rest[end + 1..];
                Value::str(&text)
            }
            Ty::List(t) => {
                self.want("list[")?;
                let mut out = vec![];
                self.items("]", &mut |r| {
                    out.push(r.value(t)?);
                    Ok(())
                })?;
                Value::list(out)
            }
            Ty::Tape(..) | Ty::Cell(_) => return Err(format!("{ty} has no literals")),
        })
    }

    fn scalar(&mut self, d: DType) -> Result<Scalar, String> {
        if d.is_complex() {
            self.want("(")?;
            let re = self.float()?;
            self.want(",")?;
            let im = self.float()?;
            self.want(")")?;
            return Ok(cast(Scalar::C128([re, im]), d));
        }
        if d == DType::Bool {
            return match (self.eat("true"), self.eat("false")) {
                (true, _) => Ok(Scalar::Bool(true)),
                (_, true) => Ok(Scalar::Bool(false)),
                _ => Err(format!("a bool expected before `{}`", self.rest)),
            };
        }
        if d.is_float() {
            return Ok(cast(Scalar::F64(self.float()?), d));
        }
        let word = self.word();
        let k = word.parse::<i64>().or_else(|_| word.parse::<u64>().map(|k| k as i64));
        Ok(Scalar::of_int(d, k.map_err(|_| format!("`{word}` is no integer"))?))
    }

    fn word(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word.to_string()
    }

    fn float(&mut self) -> Result<f64, String> {
        let word = self.word();
        word.parse().map_err(|_| format!("`{word}` is no number"))
    }

    fn array(&mut self, d: DType, rank: usize) -> Result<Array, String> {
        if self.eat("zeros(") {
            let mut shape = vec![];
            self.items(")", &mut |r| {
                shape.push(r.word().parse().map_err(|_| "a size expected")?);
                Ok(())
            })?;
            return Ok(Array::zeros(d, shape));
        }
        if rank == 0 {
            self.want("array(")?;
            let x = self.scalar(d)?;
            self.want(")")?;
            return Ok(Array::from_scalars(d, vec![], [x]));
        }
        let (mut shape, mut elems) = (vec![None; rank], vec![]);
        self.row(d, &mut shape, &mut elems)?;
        Ok(Array::from_scalars(d, shape.into_iter().map(|n| n.unwrap_or(0)).collect(), elems))
    }

    fn row(&mut self, d: DType, shape: &mut [Option<usize>], elems: &mut Vec<Scalar>) -> Result<(), String> {
        let Some((size, inner)) = shape.split_first_mut() else {
            elems.push(self.scalar(d)?);
            return Ok(());
        };
        self.want("[")?;
        let mut n = 0;
        self.items("]", &mut |r| {
            n += 1;
            r.row(d, inner, elems)
        })?;
        if *size.get_or_insert(n) == n { Ok(()) } else { Err("rows of different length".into()) }
    }
}
