//! Functions for hosts: one function of a program, compiled for parameters of given types, called as C calls.
//!
//! ```text
//! int32_t f(ctx, params.., results..)          0, or 1 with an exception in ctx
//! ```
//! A number is passed by value, an array as a pointer to its `ArrayHeader`, a result as a pointer to where it goes: a
//! number's place, or a header that is filled in. Behind that stands a function of the loop IR that checks and takes the
//! arrays, calls the compiled function, and hands back what came out; after an exception it frees what the call
//! had allocated. A result's data belong to the runtime of the kernel, until the host releases them.
//!
//! A kernel serves one thread at a time, any thread. It is compiled as a whole before its first call.

use crate::{CompileError, Engine, Failure, Tier, report};
use quipu_abi::{ArrayHeader, Ctx, DType};
use quipu_backends::CompiledModule;
use quipu_infer::{HostTy, Interface, parse_signature};
use quipu_ir::loops::{Access, Elem, Extern, FuncBuilder, FuncId, Module, Type, Val};
use quipu_runtime::Runtime;
use std::fmt;
use std::mem::{offset_of, size_of};
use std::sync::Arc;

/// A compiled function, with a runtime of its own.
pub struct Kernel {
    code: Box<dyn CompiledModule>,
    runtime: Box<Runtime>,
    module: Module,
    interface: Interface,
}

/// Why there is no kernel.
#[derive(Debug)]
pub enum KernelError {
    Signature(String),
    Compile(CompileError),
    Failed(Failure),
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KernelError::Signature(why) => write!(f, "signature: {why}"),
            KernelError::Compile(e) => {
                let texts = e.diagnostics.iter().filter(|d| d.is_error());
                let texts: Vec<_> = texts.map(|d| quipu_diagnostics::render_concise(d, &e.sources)).collect();
                f.write_str(texts.join("\n").trim_end())
            }
            KernelError::Failed(Failure::Unsupported { what, .. }) => write!(f, "this cannot be compiled yet: {what}"),
            KernelError::Failed(Failure::Internal(what)) => write!(f, "internal error: {what}"),
            KernelError::Failed(Failure::Exit { .. }) => f.write_str("SystemExit"),
            KernelError::Failed(Failure::Raised { kind, text, .. }) => {
                f.write_str(&quipu_runtime::text::exception_line(*kind, text))
            }
        }
    }
}

impl std::error::Error for KernelError {}

const ENTRY: &str = "quipu.host";

impl Engine {
    /// Compiles a function of a program for a host. The signature has the types of the parameters, as in
    /// `float64[:, :], float`; results have the types that follow.
    pub fn kernel(&self, name: &str, text: &str, function: &str, signature: &str) -> Result<Kernel, KernelError> {
        let params = parse_signature(signature).map_err(KernelError::Signature)?;
        let (mut program, interface) =
            self.front(name, text, Some((function, &params)), None).map_err(KernelError::Compile)?;
        let fault = |what: &str| KernelError::Failed(Failure::Internal(what.to_string()));
        let interface = interface.ok_or_else(|| fault("a function without an interface"))?;
        let main = program.module.main.ok_or_else(|| fault("a program without an entry"))?;
        let lowered = self.lower(&mut program).map_err(KernelError::Failed)?;
        let mut module = lowered.module;
        for f in &mut module.funcs {
            f.exported = false;
        }
        let entry = border(&module, FuncId(main.index() as u32), &interface);
        module.add(entry.ok_or_else(|| fault("the runtime lacks a function for hosts"))?);
        let backend = match self.options.tier {
            Tier::Evaluator => {
                let what = "the evaluator makes no code that a host could call".to_string();
                return Err(KernelError::Failed(Failure::Unsupported { what, span: None }));
            }
            _ => self.backend().map_err(KernelError::Failed)?,
        };
        let code = backend.compile(&module, &self.backend_options());
        let code = code.map_err(|e| KernelError::Failed(Failure::Internal(e.to_string())))?;
        let runtime = Runtime::new(quipu_runtime::Options { n_threads: self.options.threads, ..Default::default() });
        let templates = module.sites.iter().map(|s| s.message.clone()).collect();
        runtime.shared().set_messages(module.site_base, templates);
        Ok(Kernel { code, runtime, module, interface })
    }
}

impl Kernel {
    /// The function; valid as long as the kernel.
    pub fn address(&self) -> *const u8 {
        self.code.get(ENTRY).unwrap_or(std::ptr::null())
    }

    /// What every call gets first; valid as long as the kernel.
    pub fn context(&self) -> *mut Ctx {
        self.runtime.ctx()
    }

    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// After a call that gave 1: the exception's number and text, as `ValueError: the text`. It is then forgotten.
    pub fn take_error(&mut self) -> Option<(u32, String)> {
        let raised = self.runtime.take_error()?;
        let kind = raised.kind;
        let text = match report::raised(self.module.site_base, &self.module.sites, &raised) {
            Failure::Raised { text, .. } => text,
            _ => String::new(),
        };
        Some((kind as u32, quipu_runtime::text::exception_line(kind, &text)))
    }

    /// Writes out what the function printed.
    pub fn flush(&self) {
        // There is nobody to tell.
        let _ = self.runtime.flush();
    }

    /// Frees the data of a result.
    ///
    /// # Safety
    /// They came from a call of this kernel, and nothing refers to them any more. Null is allowed.
    #[expect(unsafe_code, reason = "memory that a host owns")]
    pub unsafe fn release(&self, data: *mut u8) {
        // SAFETY: by the contract.
        unsafe { self.runtime.shared().memory().free(data) }
    }
}

/// A number's type at the border.
fn machine(dtype: DType) -> Type {
    use DType::*;
    Type::scalar(match dtype {
        Bool => Elem::I1,
        I8 | U8 => Elem::I8,
        I16 | U16 => Elem::I16,
        I32 | U32 => Elem::I32,
        I64 | U64 => Elem::I64,
        F32 | C64 => Elem::F32,
        F64 | C128 => Elem::F64,
    })
}

pub(crate) fn runtime_function(name: &str) -> Option<Arc<Extern>> {
    use quipu_abi::AbiType;
    let index = quipu_runtime::index_of(name)?;
    let row = &quipu_runtime::FUNCTIONS[index];
    let ty = |t: &AbiType| match t {
        AbiType::Bool => Type::I1,
        AbiType::I32 => Type::I32,
        AbiType::I64 => Type::I64,
        AbiType::F32 => Type::F32,
        AbiType::F64 => Type::F64,
        AbiType::Ptr => Type::PTR,
    };
    Some(Arc::new(Extern {
        name: name.to_string(),
        index: index as u32,
        params: row.params.iter().map(ty).collect(),
        results: row.results.iter().map(ty).collect(),
        fallible: row.fallible,
    }))
}

fn field(offset: usize, ty: Type) -> Access {
    Access::of(ty).offset(offset as i32)
}

/// The function at the border.
fn border(module: &Module, callee: FuncId, interface: &Interface) -> Option<quipu_ir::loops::Func> {
    let [take, give, drop, enter, mark, release] =
        ["host_take", "host_give", "host_drop", "host_enter", "mark", "release_to"].map(runtime_function);
    let (take, give, drop, enter, mark, release) = (take?, give?, drop?, enter?, mark?, release?);
    let pass = |t: &HostTy| match t {
        HostTy::Scalar { dtype, .. } => machine(*dtype),
        HostTy::Array { .. } => Type::PTR,
    };
    let mut params: Vec<Type> = interface.params.iter().map(pass).collect();
    params.extend(interface.results.iter().map(|_| Type::PTR));
    let mut b = FuncBuilder::new(ENTRY, &params, &[]);
    let given = b.params();
    let (ins, outs) = given.split_at(interface.params.len());
    b.call_runtime(&enter, &[]);
    let start = b.call_runtime(&mark, &[])[0];
    // Fails as the callee did, with nothing left behind.
    let leave_if = |b: &mut FuncBuilder, failed: Val| {
        b.if_then(failed, |b| {
            b.call_runtime(&release, &[start]);
            b.reraise();
        });
    };
    let mut args = vec![];
    let mut taken = vec![];
    for ((ty, changed), v) in interface.params.iter().zip(&interface.changed).zip(ins) {
        let HostTy::Array { dtype, rank } = ty else {
            args.push(*v);
            continue;
        };
        let (dtype, rank_value, own) = (b.i32(*dtype as i32), b.i64(*rank as i64), b.i32(i32::from(*changed)));
        let (failed, data) = b.call_runtime_catch(&take, &[*v, dtype, rank_value, own]);
        leave_if(&mut b, failed);
        args.push(data[0]);
        for axis in 0..*rank {
            args.push(b.load(Type::I64, *v, field(offset_of!(ArrayHeader, dims) + 8 * axis, Type::I64)));
        }
        taken.push((*v, data[0], *changed, *rank));
    }
    let types = module.funcs[callee.index()].results.clone();
    let (failed, results) = b.call_catch(callee, &types, &args);
    leave_if(&mut b, failed);
    let mut results = results.into_iter();
    for (header, data, changed, rank) in taken {
        if !changed {
            b.call_runtime(&drop, &[header, data]);
            continue;
        }
        let last = results.next()?;
        // The dims are those that went in.
        results.by_ref().take(rank).for_each(std::mem::drop);
        let (failed, _) = b.call_runtime_catch(&give, &[header, last]);
        leave_if(&mut b, failed);
    }
    for (ty, out) in interface.results.iter().zip(outs) {
        let value = results.next()?;
        match ty {
            HostTy::Scalar { dtype, .. } => b.store(value, *out, Access::of(machine(*dtype))),
            HostTy::Array { dtype, rank } => {
                let dims: Vec<Val> = results.by_ref().take(*rank).collect();
                b.store(value, *out, field(offset_of!(ArrayHeader, data), Type::PTR));
                let (rank, number) = (b.i32(*rank as i32), b.i32(*dtype as i32));
                b.store(rank, *out, field(offset_of!(ArrayHeader, rank), Type::I32));
                b.store(number, *out, field(offset_of!(ArrayHeader, dtype), Type::I32));
                let mut stride = b.i64(dtype.size() as i64);
                for (axis, n) in dims.iter().enumerate().rev() {
                    let at = |base: usize| field(base + size_of::<i64>() * axis, Type::I64);
                    b.store(*n, *out, at(offset_of!(ArrayHeader, dims)));
                    b.store(stride, *out, at(offset_of!(ArrayHeader, strides)));
                    stride = b.mul(stride, *n);
                }
            }
        }
    }
    Some(b.finish(&[]))
}
