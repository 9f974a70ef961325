//! Reads the right-hand sides of equations: operations with their operands, attributes and blocks.

use super::lex::Tok;
use super::read::{Read, Reader};
use crate::core::{Block, Ty, Var};
use crate::ops::text::{Attr, Front, build, front};
use crate::ops::{self, Chain, Const, Ix, Op};
use quipu_abi::{DType, ErrorKind};
use rustc_hash::FxHashMap as HashMap;

impl Reader<'_> {
    pub(super) fn rhs(&mut self) -> Read<(Op, Vec<Var>, Vec<Block>)> {
        let name = self.word()?;
        Ok(match &*name {
            "if" => {
                let p = self.var()?;
                let inits = self.inits()?;
                let args = self.operands(&inits)?;
                let yes = self.block(&inits)?;
                let at = self.at;
                let inits = if self.eat_word("else") { Some(self.inits()?) } else { None };
                let no = match inits {
                    Some(inits) => {
                        if self.operands(&inits)? != args {
                            return Err(self.error_at(at, "the arms have different operands"));
                        }
                        self.block(&inits)?
                    }
                    None => self.b.raw_block(&[], false).0,
                };
                (ops::If.into(), [&[p], &args[..]].concat(), vec![yes, no])
            }
            "for" => {
                let (until, reverse) = (self.eat_word("until"), self.eat_word("reverse"));
                let op = ops::For { until, reverse, parallel: self.eat_word("parallel") };
                let mut i = self.def()?;
                i.ty = Some(Ty::I64);
                self.want("<")?;
                let trip = self.var()?;
                let inits = if self.eat_word("carry") { self.inits()? } else { vec![] };
                let args = self.operands(&inits)?;
                let params: Vec<_> = std::iter::once((i, None)).chain(inits).collect();
                let body = self.block(&params)?;
                (op.into(), [&[trip], &args[..]].concat(), vec![body])
            }
            "while" => {
                let inits = self.inits()?;
                let args = self.operands(&inits)?;
                let cond = self.block(&inits)?;
                self.want_word("do")?;
                let mut params = self.inits()?;
                params.iter_mut().zip(&args).for_each(|(p, a)| p.1 = Some(*a));
                let body = self.block(&params)?;
                (ops::While.into(), args, vec![cond, body])
            }
            "try" => {
                let body = self.block(&[])?;
                self.want_word("except")?;
                let mut kinds = vec![];
                while !self.is("(") {
                    if !kinds.is_empty() {
                        self.want(",")?;
                    }
                    let w = self.word()?;
                    kinds.push(ErrorKind::from_name(&w).map_or_else(|| self.expected("an exception"), Ok)?);
                }
                let params = self.inits()?;
                let handler = self.block(&params)?;
                (ops::Try { kinds }.into(), vec![], vec![body, handler])
            }
            "call" => {
                let at = self.at;
                let name = self.func_name()?;
                self.want("(")?;
                let args = self.list(")", &mut Self::var)?;
                let Some((func, sig)) = self.heads.get(&name) else {
                    return Err(self.error_at(at, format!("there is no function @{name}")));
                };
                (ops::Call { func: *func, name, sig: sig.clone() }.into(), args, vec![])
            }
            "read" | "update" | "update_add" => {
                let base = self.var()?;
                let (chain, ix) = self.chain()?;
                let mut args = [&[base], &ix[..]].concat();
                let op = if &*name == "read" {
                    ops::Read(chain).into()
                } else {
                    self.want(",")?;
                    args.push(self.var()?);
                    if &*name == "update" { ops::Update(chain).into() } else { ops::UpdateAdd(chain).into() }
                };
                (op, args, vec![])
            }
            _ => self.plain(&name)?,
        })
    }

    fn chain(&mut self) -> Read<(Chain, Vec<Var>)> {
        self.want("[")?;
        let mut ix = vec![];
        let chain = self.list("]", &mut |r| {
            if r.eat(":") {
                return Ok(Ix::All);
            }
            let word = r.word()?;
            match &*word {
                "at" => {
                    ix.push(r.var()?);
                    Ok(Ix::At)
                }
                "range" => {
                    ix.push(r.var()?);
                    ix.push(r.var()?);
                    r.want_word("len")?;
                    Ok(Ix::Range { len: r.dim()? })
                }
                "lane" => Ok(Ix::Lane),
                _ => Err(r.error_at(r.at - 1, "`:`, `at`, `range` or `lane` expected")),
            }
        })?;
        Ok((chain, ix))
    }

    /// `name front.. %operands.., key=value..`
    fn plain(&mut self, name: &str) -> Read<(Op, Vec<Var>, Vec<Block>)> {
        let at = self.at - 1;
        let mut before = vec![];
        for f in front(name) {
            before.push(match f {
                Front::Word => Attr::Word(self.word()?.to_string()),
                Front::MaybeWord => match self.peek() {
                    Tok::Word(_) => Attr::Word(self.word()?.to_string()),
                    _ => continue,
                },
                Front::Text => Attr::Text(self.string()?),
                Front::Dim => Attr::Dim(self.dim()?),
                Front::Ty => Attr::Ty(self.ty()?),
                Front::Const => Attr::Const(self.constant()?),
            });
        }
        let (mut args, mut keys) = (vec![], HashMap::default());
        let mut more = self.same_line()
            && match self.peek() {
                Tok::Var(_) => true,
                Tok::Word(_) => matches!(self.toks.get(self.at + 1), Some(t) if t.tok == Tok::Sign("=")),
                _ => false,
            };
        while more {
            if let Tok::Var(_) = self.peek() {
                args.push(self.var()?);
            } else {
                let key = self.word()?;
                self.want("=")?;
                keys.insert(key.to_string(), self.value(&key)?);
            }
            more = self.eat(",");
        }
        let op = build(name, before, keys).map_err(|message| self.error_at(at, message))?;
        Ok((op, args, vec![]))
    }

    /// Does the next token stand in the line of the last one? The first operand does, the next equation does not.
    fn same_line(&self) -> bool {
        match (self.toks.get(self.at.wrapping_sub(1)), self.toks.get(self.at)) {
            (Some(last), Some(next)) => !self.text[last.end..next.start].contains('\n'),
            _ => false,
        }
    }

    fn value(&mut self, key: &str) -> Read<Attr> {
        match key {
            "to" => Ok(Attr::Word(self.word()?.to_string())),
            "text" => Ok(Attr::Text(self.string()?)),
            "dims" => {
                self.want("[")?;
                Ok(Attr::Dims(self.list("]", &mut Self::dim)?))
            }
            "axes" | "perm" => {
                self.want("[")?;
                Ok(Attr::Nums(self.list("]", &mut Self::number)?))
            }
            _ => Ok(Attr::Num(self.number()?)),
        }
    }

    fn constant(&mut self) -> Read<Const> {
        let at = self.at;
        let name = self.word()?;
        if &*name == "str" {
            return Ok(Const::Str(self.string()?));
        }
        let Some(d) = DType::from_short(&name) else { return Err(self.error_at(at, "a dtype expected")) };
        if d == DType::Bool {
            let yes = self.eat_word("true");
            if !yes {
                self.want_word("false")?;
            }
            return Ok(Const::int(d, i64::from(yes)));
        }
        if d.is_int() {
            return Ok(Const::int(d, self.number()?));
        }
        if d.is_float() {
            return Ok(Const::float(d, self.float()?));
        }
        self.want("(")?;
        let re = self.float()?;
        self.want(",")?;
        let im = self.float()?;
        self.want(")")?;
        Ok(Const::complex(d, re, im))
    }
}
