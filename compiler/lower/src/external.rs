//! The runtime as lowering sees it: memory, strings, printing, sorts and products.
//!
//! Arrays cross the border as an `ArrayHeader` on the stack, string literals as constant string objects among the code; where
//! values may outlive the code, what may be among them is a copy.

use crate::func::{Body, Res};
use crate::scalar::Num;
use quipu_abi::{ArrayHeader, DType, ErrorKind};
use quipu_ir::loops::{Access, Type, Val};
use quipu_ir::ops::{ExternFn, Op};
use quipu_ir::{Eqn, Ty, Var};
use std::mem::{offset_of, size_of};

/// The runtime's string header: `len`, `bytes`, `hash`, `refs`, `flags`; the bytes follow.
const STR_HEADER: u32 = 32;
/// The flags of a string header: all ASCII, and constant (never freed).
const STR_ASCII: i64 = 1;
const STR_STATIC: i64 = 2;

impl Body<'_, '_> {
    // ---- memory ----

    /// Bytes that live as long as the activation.
    pub fn stack(&mut self, bytes: u32) -> Val {
        self.b.stack_alloc(bytes.max(8), 16)
    }

    pub fn new_array(&mut self, d: DType, dims: &[Val], zeroed: bool) -> Res<Val> {
        let known: Option<i64> = dims.iter().try_fold(d.size() as i64, |n, v| n.checked_mul(self.b.as_const_i64(*v)?));
        if let Some(bytes) = known.filter(|n| (0..1 << 40).contains(n)) {
            let bytes = self.b.i64(bytes);
            return Ok(self.call_runtime(if zeroed { "alloc_zeroed" } else { "alloc" }, &[bytes])?[0]);
        }
        let list = self.stack(8 * dims.len() as u32);
        for (k, n) in dims.iter().enumerate() {
            self.b.store(*n, list, Access::of(Type::I64).offset(8 * k as i32));
        }
        let (dtype, rank) = (self.b.i32(d as i32), self.b.i64(dims.len() as i64));
        let zeroed = self.b.i32(i32::from(zeroed));
        Ok(self.call_runtime("alloc_array", &[dtype, rank, list, zeroed])?[0])
    }

    pub fn free_pointer(&mut self, ptr: Val) {
        if self.b.is_ended() {
            return;
        }
        // A table without `free` leaves everything to the end of the call.
        if let Ok(free) = self.runtime("free") {
            self.b.call_runtime(&free, &[ptr]);
        }
    }

    /// Where the elements of an array lie; a recipe is stored first.
    fn memory_of(&mut self, v: Var) -> Res<Val> {
        if let Some(r) = self.part(v)? {
            return Ok(r.ptr);
        }
        let id = self.force(v)?;
        Ok(self.bufs[id.0].ptr)
    }

    /// An array as the runtime takes it.
    fn header(&mut self, v: Var) -> Res<Val> {
        let ptr = self.memory_of(v)?;
        let dims = self.dims_of(v)?;
        self.header_of(ptr, self.dtype(v), &dims)
    }

    pub fn header_of(&mut self, ptr: Val, d: DType, dims: &[Val]) -> Res<Val> {
        let header = self.stack(size_of::<ArrayHeader>() as u32);
        let put = |b: &mut Self, v: Val, offset: usize| {
            let at = Access::of(b.b.ty(v)).offset(offset as i32);
            b.b.store(v, header, at);
        };
        put(self, ptr, offset_of!(ArrayHeader, data));
        let (rank, dtype) = (self.b.i32(dims.len() as i32), self.b.i32(d as i32));
        put(self, rank, offset_of!(ArrayHeader, rank));
        put(self, dtype, offset_of!(ArrayHeader, dtype));
        let mut stride = self.b.i64(d.size() as i64);
        for (k, n) in dims.iter().enumerate().rev() {
            put(self, *n, offset_of!(ArrayHeader, dims) + 8 * k);
            put(self, stride, offset_of!(ArrayHeader, strides) + 8 * k);
            stride = self.b.mul(stride, *n);
        }
        Ok(header)
    }

    // ---- strings ----

    pub fn string_constant(&mut self, v: Var, text: &str) -> Res {
        let flags = STR_STATIC | if text.is_ascii() { STR_ASCII } else { 0 };
        let hash = quipu_abi::text_hash(text) as i64;
        let words = [text.chars().count() as i64, text.len() as i64, hash, 1 | flags << 32];
        let header = words.into_iter().flat_map(i64::to_le_bytes);
        let at = self.b.data(&header.chain(text.bytes()).collect::<Vec<u8>>());
        let copied = !self.m.options.outlives && self.escapes(v);
        let ptr = if copied { self.copy_string(at)? } else { at };
        self.define_text(v, ptr, copied);
        Ok(())
    }

    /// May the string be referred to when the function has returned? What only the runtime's functions and raises see
    /// is not.
    pub fn escapes(&self, v: Var) -> bool {
        let mut escapes = false;
        for d in &self.f.blocks {
            escapes |= d.results.contains(&v);
            for e in &d.eqns {
                escapes |= e.args.contains(&v) && !matches!(e.op, Op::Extern(_) | Op::Raise(_));
            }
        }
        escapes
    }

    fn copy_string(&mut self, s: Val) -> Res<Val> {
        let len = self.b.load(Type::I64, s, Access::of(Type::I64).offset(8));
        let header = self.b.i64(i64::from(STR_HEADER));
        let bytes = self.b.ptr_add(s, header);
        Ok(self.call_runtime("str_from_utf8", &[bytes, len])?[0])
    }

    /// The text of a string that is a literal.
    fn literal(&self, v: Var) -> Option<String> {
        match &self.defs.get(&v)?.op {
            Op::Const(quipu_ir::ops::Const::Str(s)) => Some(s.to_string()),
            _ => None,
        }
    }

    pub fn raise(&mut self, e: &Eqn, kind: Option<ErrorKind>) -> Res {
        let text = e.args[e.args.len() - 1];
        if let (Some(kind), Some(message)) = (kind, self.literal(text)) {
            // The site's message is a template.
            if !message.contains('{') {
                let site = self.site(&message);
                self.b.fail(kind, site, &[]);
                return Ok(());
            }
        }
        let Some(kind) = kind else {
            // The record gets the site of where it was raised first, if the code says so.
            let (code, text) = (self.val(e.args[0])?, self.pointer(text)?);
            let site = self.site("");
            let here = self.b.i32(self.m.out.site_base.wrapping_add(site.0) as i32);
            let ext = self.runtime("raise_again")?;
            self.b.call_runtime_catch(&ext, &[code, text, here]);
            self.b.reraise();
            return Ok(());
        };
        let code = self.b.i32(kind as i32);
        let text = self.pointer(text)?;
        self.call_at_site("raise", &[code, text])?;
        self.b.reraise();
        Ok(())
    }

    /// Calls a function whose exceptions get the current equation's place.
    fn call_at_site(&mut self, name: &str, args: &[Val]) -> Res<Vec<Val>> {
        let ext = self.runtime(name)?;
        let have: Vec<Type> = args.iter().map(|v| self.b.ty(*v)).collect();
        if have != ext.params {
            return self.error(format!("`{name}` takes {:?}, not {have:?}", ext.params));
        }
        if !ext.fallible {
            return Ok(self.b.call_runtime(&ext, args));
        }
        let site = self.site("");
        Ok(self.b.call_runtime_at(&ext, site, args))
    }

    // ---- rows of `extern` ----

    pub fn external(&mut self, e: &Eqn, row: &ExternFn) -> Res {
        match row.name {
            "str_of" => return self.text_of(e, "str"),
            "repr_np" => return self.scalar_text(e, "scalar_repr"),
            "format" => return self.text_of(e, "format"),
            "str_slice" => return self.str_slice(e),
            "str_lt" => return self.str_lt(e),
            _ => {}
        }
        let name = match row.name {
            "str_eq" => "str_equal",
            name => name,
        };
        let mut args = vec![];
        for v in &e.args {
            match self.f.ty(*v) {
                Ty::Scalar(_) => args.extend(self.num(*v)?.parts()),
                Ty::Array(..) => args.push(self.header(*v)?),
                _ => args.push(self.pointer(*v)?),
            }
        }
        if row.name == "int_of_str" {
            args.push(self.b.i64(10));
        }
        if row.name == "load" {
            return self.load_file(e, args);
        }
        let results =
            if row.effects.raises { self.call_at_site(name, &args)? } else { self.call_runtime(name, &args)? };
        self.bind_results(e, &results)
    }

    /// The runtime describes the array that it makes in a header.
    fn load_file(&mut self, e: &Eqn, mut args: Vec<Val>) -> Res {
        let rank = self.f.ty(e.outs[0]).rank();
        let header = self.stack(size_of::<ArrayHeader>() as u32);
        args.push(header);
        self.call_at_site("load", &args)?;
        let field = |ty, offset: usize| Access::of(ty).offset(offset as i32);
        let mut results = vec![self.b.load(Type::PTR, header, field(Type::PTR, offset_of!(ArrayHeader, data)))];
        for k in 0..rank {
            let at = field(Type::I64, offset_of!(ArrayHeader, dims) + 8 * k);
            results.push(self.b.load(Type::I64, header, at));
        }
        self.stats.allocations += 1;
        self.bind_results(e, &results)
    }

    fn bind_results(&mut self, e: &Eqn, results: &[Val]) -> Res {
        let Some(out) = e.outs.first() else { return Ok(()) };
        match self.f.ty(*out) {
            Ty::Scalar(d) => self.define_num(*out, Num::of(*d, results)),
            Ty::Str => self.define_text(*out, results[0], true),
            Ty::Array(_, dims) if results.len() == 1 + dims.len() => self.define_flat(*out, results, true),
            t => return self.error(format!("a result of type {t} from the runtime")),
        }
        Ok(())
    }

    /// `str()` and `format()` by the operand's type.
    fn text_of(&mut self, e: &Eqn, what: &str) -> Res {
        let ty = self.f.ty(e.args[0]).clone();
        let kind = match &ty {
            Ty::Scalar(DType::I64) => "int",
            Ty::Scalar(DType::F64) => "float",
            Ty::Scalar(DType::Bool) => "bool",
            Ty::Scalar(DType::C128) => "complex",
            Ty::Str => "str",
            _ if what == "str" => return self.scalar_text(e, "scalar_str"),
            t => return self.error(format!("format of {t}")),
        };
        let mut args = match &ty {
            Ty::Str => vec![self.pointer(e.args[0])?],
            _ => self.num(e.args[0])?.parts(),
        };
        let name = if what == "str" { format!("str_of_{kind}") } else { format!("format_{kind}") };
        if let Some(spec) = e.args.get(1) {
            args.push(self.pointer(*spec)?);
        }
        let results = self.call_at_site(&name, &args)?;
        self.bind_results(e, &results)
    }

    /// A NumPy scalar by its dtype and its bytes.
    fn scalar_text(&mut self, e: &Eqn, name: &str) -> Res {
        let n = self.num(e.args[0])?;
        let d = self.dtype(e.args[0]);
        let at = self.stack(16);
        self.store_num(n, at, 0);
        let dtype = self.b.i32(d as i32);
        let results = self.call_runtime(name, &[dtype, at])?;
        self.bind_results(e, &results)
    }

    /// The runtime takes Python's start, stop and step; the op a count in bounds.
    fn str_slice(&mut self, e: &Eqn) -> Res {
        let s = self.pointer(e.args[0])?;
        let (start, step, count) = (self.val(e.args[1])?, self.val(e.args[2])?, self.val(e.args[3])?);
        // Of nothing the start may lie before the text's, where it would count from the end.
        let zero = self.b.i64(0);
        let nothing = self.b.icmp(quipu_ir::loops::IntCmp::Sle, count, zero);
        let start = self.b.select(nothing, zero, start);
        let count = self.b.select(nothing, zero, count);
        let by = self.b.mul(step, count);
        let stop = self.b.add(start, by);
        // A stop before the text's start means "to the end" for a step back.
        let below = self.b.icmp(quipu_ir::loops::IntCmp::Slt, stop, zero);
        let (all, no_stop) = (self.b.i32(7), self.b.i32(5));
        let has = self.b.select(below, no_stop, all);
        let results = self.call_at_site("str_slice", &[s, start, stop, step, has])?;
        self.bind_results(e, &results)
    }

    fn str_lt(&mut self, e: &Eqn) -> Res {
        let (a, b) = (self.pointer(e.args[0])?, self.pointer(e.args[1])?);
        let order = self.call_runtime("str_compare", &[a, b])?[0];
        let zero = self.b.i64(0);
        let less = self.b.icmp(quipu_ir::loops::IntCmp::Slt, order, zero);
        self.define_num(e.outs[0], Num::One(less));
        Ok(())
    }

    // ---- whole arrays ----

    pub fn array_by_runtime(&mut self, e: &Eqn) -> Res {
        match &e.op {
            Op::Sort(s) => {
                // Sorts in place: a buffer of its own first.
                let out = e.outs[0];
                let header = self.sorted_copy(e.args[0], out)?;
                let (axis, python) = (self.b.i64(s.axis as i64), self.b.i32(s.python.into()));
                self.call_at_site("sort", &[header, axis, python])?;
                Ok(())
            }
            Op::ArgSort(s) => {
                // The runtime makes the result and describes it in a header.
                let a = self.header(e.args[0])?;
                let header = self.stack(size_of::<ArrayHeader>() as u32);
                let (axis, python) = (self.b.i64(s.axis as i64), self.b.i32(s.python.into()));
                self.call_at_site("argsort", &[a, axis, python, header])?;
                let data = Access::of(Type::PTR).offset(offset_of!(ArrayHeader, data) as i32);
                let ptr = self.b.load(Type::PTR, header, data);
                self.stats.allocations += 1;
                self.define_buffer(e.outs[0], ptr, true);
                Ok(())
            }
            Op::MatMul(m) => self.matmul(e, m.batch),
            op => self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        }
    }

    fn sorted_copy(&mut self, x: Var, out: Var) -> Res<Val> {
        let id = self.alloc(out, false)?;
        let r = crate::element::Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let dims = self.dims_of(out)?;
        self.nest(&dims, crate::nest::Order::Any, &mut |b, at| {
            let n = b.element(x, at)?;
            let lin = b.linear(out, at)?;
            let ptr = b.b.elem_ptr(r.ptr, lin.at, b.elem_size(out));
            b.store_num(n, ptr, r.class);
            Ok(())
        })?;
        self.header_of(r.ptr, self.dtype(out), &dims)
    }

    /// One call per matrix of the batch; vectors go in as matrices of one row or column.
    fn matmul(&mut self, e: &Eqn, batch: usize) -> Res {
        let (x, y, out) = (e.args[0], e.args[1], e.outs[0]);
        let d = self.dtype(out);
        if batch == 0 && self.f.ty(out).is_scalar() {
            let (a, b) = (self.header(x)?, self.header(y)?);
            let at = self.stack(16);
            self.call_at_site("dot", &[a, b, at])?;
            let access = Access::of(Type::scalar(crate::scalar::elem(d)));
            let n = self.load_num(at, d, access);
            self.define_num(out, n);
            return Ok(());
        }
        let (px, py) = (self.memory_of(x)?, self.memory_of(y)?);
        let id = self.alloc(out, false)?;
        let po = self.bufs[id.0].ptr;
        let one = self.b.i64(1);
        let mut a = self.dims_of(x)?;
        let lead = a.drain(..batch).collect::<Vec<Val>>();
        let mut b = self.dims_of(y)?.split_off(batch);
        if a.len() == 1 {
            a.insert(0, one);
        }
        if b.len() == 1 {
            b.push(one);
        }
        let c = vec![a[0], b[1]];
        let n = self.count(&lead);
        self.stats.nests += u32::from(batch > 0);
        self.counted(n, &[], crate::scalar::plain_loop(), &mut |l, i, _| {
            let mut headers = vec![];
            for (ptr, dims) in [(px, &a), (py, &b), (po, &c)] {
                let size = l.count(dims);
                let at = l.b.mul(i, size);
                let ptr = l.b.elem_ptr(ptr, at, d.size() as u32);
                headers.push(l.header_of(ptr, d, dims)?);
            }
            l.call_at_site("matmul", &headers)?;
            Ok(vec![])
        })?;
        Ok(())
    }
}
