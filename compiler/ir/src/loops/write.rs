//! The text form, written: `Display` of modules and functions. `read.rs` reads it back.
//!
//! ```text
//! func @sum(%0: ptr, %1: i64) -> (f64) export {
//!     %2 = const f64 0.0
//!     %3 = const i64 0
//!     %7 = for %3, %1, %2 [step=1] (%4: i64, %5: f64) {
//!         ..
//!         yield %6
//!     }
//!     return %7
//! }
//! ```
//! Operands follow the operation's name and types; attributes stand in brackets behind them, defaults left out. Floats
//! are the shortest decimals that read back to the same bits, NaNs `nan:` and their bits. `;` starts a comment.

use super::inst::*;
use super::types::*;
use std::fmt::{self, Display, Formatter, Write};

/// Joins with commas.
fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut s = String::new();
    for (i, item) in items.into_iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        write!(s, "{comma}{item}").expect("strings take all writes");
    }
    s
}

fn constant(ty: Type, bits: u64) -> String {
    match ty.elem {
        Elem::I1 => (bits != 0).to_string(),
        Elem::F32 if f32::from_bits(bits as u32).is_nan() => format!("nan:0x{bits:x}"),
        Elem::F64 if f64::from_bits(bits).is_nan() => format!("nan:0x{bits:x}"),
        Elem::F32 => format!("{:?}", f32::from_bits(bits as u32)),
        Elem::F64 => format!("{:?}", f64::from_bits(bits)),
        Elem::Ptr => bits.to_string(),
        e => (((bits << (64 - e.bits())) as i64) >> (64 - e.bits())).to_string(),
    }
}

fn access(at: &Access) -> String {
    let mut parts = vec![];
    if at.offset != 0 {
        parts.push(format!("offset={}", at.offset));
    }
    parts.push(format!("align={}", at.align));
    if at.alias != AliasClass::MAY_ALIAS {
        parts.push(format!("alias={}", at.alias.0));
    }
    if at.nontemporal {
        parts.push("nontemporal".to_string());
    }
    format!(" [{}]", parts.join(", "))
}

fn for_attrs(a: &ForAttrs) -> String {
    let mut parts = vec![format!("step={}", a.step)];
    if a.stop {
        parts.push("stop".to_string());
    }
    match a.parallel {
        Parallel::No => {}
        Parallel::Independent => parts.push("independent".to_string()),
        Parallel::Threads { chunks, grain } => {
            parts.push(format!("threads={chunks}"));
            if grain > 1 {
                parts.push(format!("grain={grain}"));
            }
        }
    }
    match a.vectorize {
        Vectorize::Auto => {}
        Vectorize::Never => parts.push("novector".to_string()),
        Vectorize::Width(w) => parts.push(format!("vectorize={w}")),
    }
    if a.unroll != 0 {
        parts.push(format!("unroll={}", a.unroll));
    }
    format!(" [{}]", parts.join(", "))
}

pub(super) fn kind_name(kind: quipu_abi::ErrorKind) -> &'static str {
    kind.class_name()
}

struct Writer<'a, 'f> {
    module: Option<&'a Module>,
    func: &'a Func,
    f: &'a mut Formatter<'f>,
}

impl Writer<'_, '_> {
    fn name(&self, id: FuncId) -> String {
        match self.module.and_then(|m| m.funcs.get(id.index())) {
            Some(func) => format!("@{}", func.name),
            None => format!("@#{}", id.0),
        }
    }

    fn params(&self, vals: &[Val]) -> String {
        list(vals.iter().map(|v| {
            let ty = self.func.types.get(v.index()).copied().unwrap_or(Type::I1);
            format!("{v}: {ty}")
        }))
    }

    fn block(&mut self, block: &Block, depth: usize) -> fmt::Result {
        self.f.write_str("{\n")?;
        for inst in &block.insts {
            self.inst(inst, depth + 1)?;
        }
        let pad = "    ".repeat(depth + 1);
        let end = match &block.end {
            End::Yield(v) if v.is_empty() => "yield".to_string(),
            End::Yield(v) => format!("yield {}", list(v)),
            End::Return(v) if v.is_empty() => "return".to_string(),
            End::Return(v) => format!("return {}", list(v)),
            End::Fail { kind, site, operands } if operands.is_empty() => format!("fail {} {site}", kind_name(*kind)),
            End::Fail { kind, site, operands } => format!("fail {} {site} {}", kind_name(*kind), list(operands)),
            End::Reraise => "reraise".to_string(),
        };
        writeln!(self.f, "{pad}{end}")?;
        write!(self.f, "{}}}", "    ".repeat(depth))
    }

    fn inst(&mut self, inst: &Inst, depth: usize) -> fmt::Result {
        write!(self.f, "{}", "    ".repeat(depth))?;
        if !inst.results.is_empty() {
            write!(self.f, "{} = ", list(&inst.results))?;
        }
        let args = list(&inst.args);
        let args = if args.is_empty() { args } else { format!(" {args}") };
        match &inst.op {
            Op::Const { ty, bits } => write!(self.f, "const {ty} {}", constant(*ty, *bits)),
            Op::Iota(ty) => write!(self.f, "iota {ty}"),
            Op::Bin(op) => write!(self.f, "{op}{args}"),
            Op::Un(op) => write!(self.f, "{op}{args}"),
            Op::Fma => write!(self.f, "fma{args}"),
            Op::Icmp(cmp) => write!(self.f, "icmp {cmp}{args}"),
            Op::Fcmp(cmp) => write!(self.f, "fcmp {cmp}{args}"),
            Op::Select => write!(self.f, "select{args}"),
            Op::Overflow(op) => write!(self.f, "{op}{args}"),
            Op::MulAddMod => write!(self.f, "muladdmod{args}"),
            Op::Cast { cast, ty } => write!(self.f, "{cast} {ty}{args}"),
            Op::Load { ty, at } => write!(self.f, "load {ty}{args}{}", access(at)),
            Op::Store { at } => write!(self.f, "store{args}{}", access(at)),
            Op::MaskedLoad { ty, at } => write!(self.f, "masked_load {ty}{args}{}", access(at)),
            Op::MaskedStore { at } => write!(self.f, "masked_store{args}{}", access(at)),
            Op::Gather { ty, at } => write!(self.f, "gather {ty}{args}{}", access(at)),
            Op::Scatter { at } => write!(self.f, "scatter{args}{}", access(at)),
            Op::PtrAdd => write!(self.f, "ptr_add{args}"),
            Op::StackAlloc { bytes, align } => write!(self.f, "stack_alloc {bytes} {align}"),
            Op::CtxPtr => write!(self.f, "ctx"),
            Op::Data(bytes) => {
                let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                write!(self.f, "data {}", quoted(&hex))
            }
            Op::FuncAddr(func) => write!(self.f, "func_addr {}", self.name(*func)),
            Op::Splat { lanes } => write!(self.f, "splat {lanes}{args}"),
            Op::Extract { lane } => write!(self.f, "extract {lane}{args}"),
            Op::Insert { lane } => write!(self.f, "insert {lane}{args}"),
            Op::Shuffle { lanes } => write!(self.f, "shuffle [{}]{args}", list(lanes)),
            Op::Any => write!(self.f, "any{args}"),
            Op::All => write!(self.f, "all{args}"),
            Op::Bitmask => write!(self.f, "bitmask{args}"),
            Op::Math(func) => write!(self.f, "math {func}{args}"),
            Op::Call { func, results, catch } => {
                let catch = if *catch { " catch" } else { "" };
                write!(self.f, "call {} -> ({}){catch}{args}", self.name(*func), list(results))
            }
            Op::CallRuntime { ext, catch, site } => {
                let site = site.map(|s| format!(" at {s}")).unwrap_or_default();
                let fallible = if ext.fallible { " fallible" } else { "" };
                let catch = if *catch { " catch" } else { "" };
                let (params, results) = (list(&ext.params), list(&ext.results));
                let (name, index) = (&ext.name, ext.index);
                write!(self.f, "runtime {name} {index} ({params}) -> ({results}){fallible}{catch}{site}{args}")
            }
            Op::FailIf { kind, site } => write!(self.f, "fail_if {} {site}{args}", kind_name(*kind)),
            Op::Poll { site } => write!(self.f, "poll {site}"),
            Op::StackCheck { site } => write!(self.f, "stack_check {site}"),
            Op::If => {
                write!(self.f, "if{args} ")?;
                self.block(&inst.blocks[0], depth)?;
                self.f.write_str(" else ")?;
                self.block(&inst.blocks[1], depth)
            }
            Op::For(attrs) => {
                let params = self.params(&inst.blocks[0].params);
                write!(self.f, "for{args}{} ({params}) ", for_attrs(attrs))?;
                self.block(&inst.blocks[0], depth)
            }
            Op::While => {
                write!(self.f, "while{args} ({}) ", self.params(&inst.blocks[0].params))?;
                self.block(&inst.blocks[0], depth)?;
                write!(self.f, " do ({}) ", self.params(&inst.blocks[1].params))?;
                self.block(&inst.blocks[1], depth)
            }
        }?;
        self.f.write_str("\n")
    }

    fn func(&mut self) -> fmt::Result {
        let func = self.func;
        write!(self.f, "func @{}({}) -> ({})", func.name, self.params(&func.body.params), list(&func.results))?;
        if func.exported {
            self.f.write_str(" export")?;
        }
        match func.inline {
            Inline::Auto => {}
            Inline::Always => self.f.write_str(" inline")?,
            Inline::Never => self.f.write_str(" noinline")?,
        }
        if !func.fast_math.is_empty() {
            let on = FastMath::NAMES.iter().filter(|row| func.fast_math.contains(row.0));
            write!(self.f, " fastmath({})", list(on.map(|row| row.1)))?;
        }
        self.f.write_str(" ")?;
        self.block(&func.body, 0)?;
        self.f.write_str("\n")
    }
}

/// Without its module a function shows its callees by number.
impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Writer { module: None, func: self, f }.func()
    }
}

impl Display for Module {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.site_base != 0 {
            writeln!(f, "site_base {}", self.site_base)?;
        }
        if self.parallel_for != 0 {
            writeln!(f, "parallel_for {}", self.parallel_for)?;
        }
        for (i, s) in self.sites.iter().enumerate() {
            write!(f, "site{i} = {} {} {} {} {}", s.file, s.start, s.end, quoted(&s.func), quoted(&s.message))?;
            match s.caller {
                Some(caller) => writeln!(f, " in {caller}")?,
                None => writeln!(f)?,
            }
        }
        for (i, func) in self.funcs.iter().enumerate() {
            if i > 0 || !self.sites.is_empty() || self.site_base != 0 || self.parallel_for != 0 {
                f.write_str("\n")?;
            }
            Writer { module: Some(self), func, f }.func()?;
        }
        Ok(())
    }
}

fn quoted(s: &str) -> String {
    let mut out = String::from("\"");
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
