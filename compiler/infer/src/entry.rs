//! Functions that a host calls: a program's function for parameters of given types, as one function of the core IR.
//!
//! The types come as text, as Numba writes them: `float64[:, :], int64[:], float, int`. A name with brackets is an array of
//! that dtype and rank, a Python type's name (`int`, `float`, `bool`) a Python number, a dtype's name a NumPy scalar. The
//! module's body is walked first, with the module's own name as `__name__`; it must not print or read: it would at
//! each call. Arrays are distinct and contiguous here (whoever calls sees to that). What the function stores into its
//! arguments comes out as results, in front of the function's own.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_diagnostics::Diagnostic;
use quipu_ir::{Builder, Dim, Func, Sym, Ty, Var, ops};
use quipu_syntax::{Symbol, ast};

/// What a parameter or result is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostTy {
    /// `np`: a NumPy scalar, else a Python number.
    Scalar {
        dtype: DType,
        np: bool,
    },
    Array {
        dtype: DType,
        rank: usize,
    },
}

/// How a host sees the function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    pub params: Vec<HostTy>,
    /// Which parameters are arrays that the function stores into. Their last versions are the first results of the
    /// function of the core IR.
    pub changed: Vec<bool>,
    /// What the function returns: of a tuple the items, of None nothing.
    pub results: Vec<HostTy>,
}

/// Reads a signature: types between commas.
pub fn parse_signature(text: &str) -> Result<Vec<HostTy>, String> {
    let mut out = vec![];
    let mut rest = text.trim();
    while !rest.is_empty() {
        let name_end = rest.find([',', '[']).unwrap_or(rest.len());
        let name = rest[..name_end].trim();
        rest = &rest[name_end..];
        let np = DType::from_name(name).map(|d| (d, true));
        let python = match name {
            "int" => Some((DType::I64, false)),
            "float" => Some((DType::F64, false)),
            "bool" => Some((DType::Bool, false)),
            _ => None,
        };
        let (dtype, np) =
            python.or(np).ok_or_else(|| format!("`{name}` is no type: write float64, int64[:], float, .."))?;
        let ty = if let Some(inner) = rest.strip_prefix('[') {
            let Some((axes, after)) = inner.split_once(']') else { return Err("a `[` without `]`".to_string()) };
            let colons = axes.split(',').all(|a| a.trim() == ":");
            if !colons {
                return Err(format!("`{name}[{axes}]`: write a colon for each axis, as in {name}[:, :]"));
            }
            rest = after.trim_start();
            HostTy::Array { dtype, rank: axes.split(',').count() }
        } else if dtype.is_complex() {
            return Err(format!("a parameter of type {name}: pass an array of one element"));
        } else {
            HostTy::Scalar { dtype, np }
        };
        out.push(ty);
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if rest.trim().is_empty() => "",
            None => return Err(format!("`{rest}` behind a type")),
        };
    }
    Ok(out)
}

/// Core IR parameters of these types, each axis a symbol of its own.
pub(crate) fn begin(name: &str, params: &[HostTy]) -> (Builder, Vec<Var>) {
    let mut syms = 0;
    let ty = |p: &HostTy| match p {
        HostTy::Scalar { dtype, .. } => Ty::Scalar(*dtype),
        HostTy::Array { dtype, rank } => {
            let dims = (0..*rank).map(|_| {
                syms += 1;
                Dim::from(Sym(syms - 1))
            });
            Ty::Array(*dtype, dims.collect())
        }
    };
    let tys: Vec<Ty> = params.iter().map(ty).collect();
    Builder::new(name, &tys, syms)
}

/// Calls the function after the module's body was walked; the finished function, and what it is to a host.
pub(crate) fn finish<'a>(
    mut lw: Lower<'a, '_>,
    program: &'a ast::Module,
    function: &str,
    params: &[HostTy],
    vars: &[Var],
) -> R<(Func, Interface)> {
    lw.set_span(program.span);
    let body = lw.b.func.block(Func::ENTRY).eqns.clone();
    if body.iter().any(|e| lw.b.func.effects(e).io) {
        return lw.unsupported(
            "a module that prints or reads when it is imported, in code for a host",
            "put that under `if __name__ == \"__main__\":`",
        );
    }
    let Some(f @ Val::Func(_)) = lw.get_slot(0, Symbol::new(function)).cloned() else {
        let d = Diagnostic::error("unknown-name", format!("the program has no function `{function}`"), program.span);
        return lw.fail(d);
    };
    let mut pos = vec![];
    for (p, v) in params.iter().zip(vars) {
        pos.push(match p {
            HostTy::Scalar { dtype, np: false } => lw.py(*dtype, *v),
            HostTy::Scalar { dtype, np: true } => lw.np(*dtype, *v),
            HostTy::Array { .. } => lw.fresh(*v),
        });
    }
    let bases: Vec<Option<BaseId>> =
        pos.iter().map(|v| if let Val::Array(p) = v { Some(p.base) } else { None }).collect();
    let value = match lw.call(&f, Args { pos, kw: vec![] }) {
        Err(Stop::Ends) => {
            return lw.unsupported(
                format!("`{function}` raises whatever the values of its arguments are, which a host cannot use"),
                "compare the signature with the function's parameters",
            );
        }
        r => r?,
    };
    let mut out: Vec<Var> = vec![];
    let mut changed = vec![];
    for (base, v) in bases.iter().zip(vars) {
        let last = match base {
            Some(id) => {
                lw.check_live(*id, 0, &[])?;
                lw.version(*id, 0)
            }
            None => *v,
        };
        changed.push(last != *v);
        if last != *v {
            out.push(last);
        }
    }
    let items = match &value {
        Val::None => vec![],
        Val::Tuple(items) => items.to_vec(),
        v => vec![v.clone()],
    };
    let mut results = vec![];
    for item in items {
        match &item {
            Val::Scalar(s) if !s.dtype.is_complex() => {
                results.push(HostTy::Scalar { dtype: s.dtype, np: s.np });
                out.push(s.var);
            }
            Val::Array(p) => {
                results.push(HostTy::Array { dtype: p.dtype, rank: p.dims.len() });
                // What came in stays the host's, and no two results share memory.
                let v = lw.read(p)?;
                let taken = vars.contains(&v) || out.contains(&v);
                out.push(if taken { lw.emit(ops::Copy, &[v]) } else { v });
            }
            v => {
                let t = lw.type_of(v);
                return lw.unsupported(format!("{t} returned to a host"), "return numbers, arrays, or tuples of them");
            }
        }
    }
    let consumes = changed.clone();
    let func = Func { consumes, ..lw.b.finish(&out) };
    Ok((func, Interface { params: params.to_vec(), changed, results }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        let array = |dtype, rank| HostTy::Array { dtype, rank };
        let read = parse_signature(" float64[:, :],int32[:] , float, bool, int8 ").unwrap();
        let number = |dtype, np| HostTy::Scalar { dtype, np };
        let numbers = [number(DType::F64, false), number(DType::Bool, false), number(DType::I8, true)];
        assert_eq!(read, [&[array(DType::F64, 2), array(DType::I32, 1)][..], &numbers[..]].concat());
        assert_eq!(parse_signature(""), Ok(vec![]));
        for wrong in ["float64[", "float64[3]", "f", "int int", "complex128", "float64[]"] {
            assert!(parse_signature(wrong).is_err(), "{wrong}");
        }
    }
}
