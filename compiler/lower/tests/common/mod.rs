//! Runs functions of the core IR on the evaluator and, lowered, on every back end, and compares.
//!
//! A lowered function is called through a small entry of loop IR that unpacks its arguments from memory and packs its
//! results, so any signature can be called. After each run every block that the runtime handed out must be back:
//! results are freed here, borrowed arguments too.

#![allow(dead_code, unsafe_code, reason = "machine code is called; each test file uses a part")]

use quipu_abi::{Ctx, DType, ErrorKind};
use quipu_backends::{Backend, Cranelift};
use quipu_ir::core::eval::{Host, Outcome};
use quipu_ir::core::host::PlainHost;
use quipu_ir::core::{eval, text};
use quipu_ir::loops::{self, Access, FuncBuilder, Type};
use quipu_ir::ops::{ExternFn, MatMul};
use quipu_ir::{Array, Func, FuncId, Module, Scalar, Ty, Value};
use quipu_lower::{Lowered, Options, Stats, lower, machine_types};
use quipu_runtime::{Runtime, linalg, view::ArrayView};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// What a run gives: values, or the exception's text; and what was printed.
#[derive(Debug)]
pub struct Ran {
    pub results: Result<Vec<Value>, String>,
    pub output: String,
}

pub fn read(text_form: &str) -> Module {
    match text::parse(text_form) {
        Ok(m) => m,
        Err(e) => panic!("{e:?}\n{text_form}"),
    }
}

pub fn lowered(module: &Module) -> Lowered {
    let options = Options::new(quipu_runtime::FUNCTIONS);
    let out = match lower(module, &options) {
        Ok(out) => out,
        Err(e) => panic!("{e}"),
    };
    if std::env::var_os("QUIPU_SHOW_LOOPS").is_some() {
        eprintln!("{}", out.module);
    }
    if let Err(e) = loops::verify(&out.module) {
        panic!("{e}\n{}", out.module);
    }
    out
}

/// The statistics of one function.
pub fn stats(text_form: &str, func: &str) -> Stats {
    let m = read(text_form);
    let id = m.find(func).expect("the function exists");
    lowered(&m).stats[id.index()]
}

/// Runs `func` on the evaluator and on the back ends; panics unless all agree.
pub fn check(text_form: &str, func: &str, args: &[Value]) -> Ran {
    let m = read(text_form);
    let id = m.find(func).expect("the function exists");
    check_module(&m, id, args)
}

/// The same for a module that is there already.
pub fn check_module(m: &Module, id: FuncId, args: &[Value]) -> Ran {
    let mut host = Kernels::default();
    let results = eval::run(m, id, args.iter().map(deep).collect(), &mut host);
    let want = Ran { results: results.map(|r| r.0).map_err(|e| e.to_string()), output: host.0.output };
    for got in on_back_ends(m, id, args) {
        agree(&want, &got.1, got.0);
    }
    want
}

/// The plain host, with the runtime's products of matrices: the order of their sums is the kernels'.
#[derive(Default)]
pub struct Kernels(pub PlainHost);

impl Host for Kernels {
    fn extern_call(&mut self, row: &'static ExternFn, args: &[Value], results: &[Ty]) -> Outcome<Vec<Value>> {
        self.0.extern_call(row, args, results)
    }

    fn matmul(&mut self, op: &MatMul, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array> {
        let (lead, a) = x.shape.split_at(op.batch);
        let b = &y.shape[op.batch..];
        let dense = |dims: &[usize], v: &Array, k: usize| {
            let n = dims.iter().product::<usize>() * v.dtype.size();
            Array { dtype: v.dtype, shape: dims.to_vec(), data: v.data[k * n..(k + 1) * n].to_vec() }
        };
        let mut data = vec![];
        for k in 0..lead.iter().product() {
            let product = if shape.is_empty() {
                let (x, y) = (dense(a, x, k), dense(b, y, k));
                linalg::dot(&view(&x), &view(&y))
            } else {
                let rows = if let [k] = a { vec![1, *k] } else { a.to_vec() };
                let cols = if let [k] = b { vec![*k, 1] } else { b.to_vec() };
                let (x, y) = (dense(&rows, x, k), dense(&cols, y, k));
                linalg::matmul(&view(&x), &view(&y), None)
            };
            data.extend(product.unwrap_or_else(|e| panic!("{e:?}")).bytes);
        }
        Ok(Array { dtype: x.dtype, shape: shape.to_vec(), data })
    }
}

fn view(a: &Array) -> ArrayView<'_> {
    ArrayView::dense(a.dtype, &a.shape, &a.data).unwrap_or_else(|e| panic!("{e:?}"))
}

fn agree(want: &Ran, got: &Ran, back_end: &str) {
    assert_eq!(want.output, got.output, "{back_end}");
    match (&want.results, &got.results) {
        (Ok(a), Ok(b)) => {
            assert_eq!(a.len(), b.len(), "{back_end}");
            for (k, (a, b)) in a.iter().zip(b).enumerate() {
                assert!(a.same(b), "{back_end}, result {k}: {b:?}\nevaluator: {a:?}");
            }
        }
        (Err(a), Err(b)) if a == b => {}
        (a, b) => panic!("{back_end}: {b:?}\nevaluator: {a:?}"),
    }
}

/// The same on the back ends only.
pub fn on_back_ends(m: &Module, id: FuncId, args: &[Value]) -> Vec<(&'static str, Ran)> {
    on_threads(m, id, args, 2)
}

/// The same with a number of threads.
pub fn on_threads(m: &Module, id: FuncId, args: &[Value], threads: usize) -> Vec<(&'static str, Ran)> {
    let out = lowered(m);
    let mut backends: Vec<Box<dyn Backend>> = vec![Box::new(Cranelift)];
    backends.push(Box::new(quipu_backends::Llvm));
    backends.iter().map(|b| (b.name(), run(b.as_ref(), m, id, &out, args, threads))).collect()
}

fn deep(v: &Value) -> Value {
    match v {
        Value::Array(a) => Value::array((**a).clone()),
        v => v.clone(),
    }
}

/// The module with an entry `@entry(args*, outs*)` for a function.
pub fn with_entry(out: &Lowered, id: FuncId) -> loops::Module {
    let mut module = out.module.clone();
    let callee = &module.funcs[id.index()];
    let (params, results) = (callee.params.clone(), callee.results.clone());
    let mut b = FuncBuilder::new("entry", &[Type::PTR, Type::PTR], &[]);
    let (args, outs) = (b.param(0), b.param(1));
    let vals: Vec<_> = (params.iter().enumerate())
        .map(|(k, ty)| b.load(*ty, args, Access::of(*ty).align(8).offset(8 * k as i32)))
        .collect();
    let got = b.call(loops::FuncId(id.0), &results, &vals);
    for (k, (v, ty)) in got.iter().zip(&results).enumerate() {
        b.store(*v, outs, Access::of(*ty).align(8).offset(8 * k as i32));
    }
    module.add(b.finish(&[]));
    module
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic while writing").extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn run(backend: &dyn Backend, m: &Module, id: FuncId, out: &Lowered, args: &[Value], threads: usize) -> Ran {
    let module = with_entry(out, id);
    let code = match backend.compile(&module, &quipu_backends::Options::default()) {
        Ok(code) => code,
        Err(e) => panic!("{}: {e}\n{module}", backend.name()),
    };
    let sink = Sink::default();
    let output: Box<dyn Write + Send> = Box::new(sink.clone());
    let options = quipu_runtime::Options { output: Some(output), n_threads: Some(threads), ..Default::default() };
    let mut rt = Runtime::new(options);
    let f = m.func(id);
    let mut words: Vec<u64> = vec![];
    let mut borrowed = vec![];
    for (k, v) in args.iter().enumerate() {
        words.extend(pass(&rt, v));
        if matches!(v, Value::Array(_)) && !f.consumes[k] {
            borrowed.push(words[words.len() - 1 - v.as_array().map_or(0, |a| a.shape.len())]);
        }
    }
    let result_tys: Vec<Ty> = f.tys(&f.block(Func::ENTRY).results);
    let n: usize = result_tys.iter().map(|t| machine_types(t).len()).sum();
    let mut outs = vec![0u64; n.max(1)];
    let entry = code.get("entry").expect("the entry is exported");
    // SAFETY: `entry` is `i32 (ctx*, args*, outs*)` by construction, over memory of the sizes that it was made for.
    let status = unsafe {
        let f: unsafe extern "C" fn(*mut Ctx, *const u64, *mut u64) -> i32 = std::mem::transmute(entry);
        f(rt.ctx(), words.as_ptr(), outs.as_mut_ptr())
    };
    let results = if status == 0 {
        let mut rest = &outs[..];
        let mut vals = vec![];
        for t in &result_tys {
            let (mine, others) = rest.split_at(machine_types(t).len());
            rest = others;
            vals.push(take(&rt, t, mine));
        }
        // SAFETY: the blocks are the arguments' own.
        borrowed.iter().for_each(|p| unsafe { rt.shared().memory().free(*p as *mut u8) });
        let now = rt.statistics();
        assert_eq!(now.allocations, now.frees, "{}: blocks were leaked (allocated, freed)", backend.name());
        Ok(vals)
    } else {
        let e = rt.take_error().expect("an exception is set");
        let site = out.module.sites.get(e.site as usize).map(|s| s.message.clone()).unwrap_or_default();
        let mut message = e.text.unwrap_or(site);
        for (k, x) in e.operands.iter().enumerate() {
            message = message.replace(&format!("{{{k}}}"), &x.to_string());
        }
        let shown = format!("{}: {message}", e.kind.name());
        assert_ne!(e.kind, ErrorKind::None);
        Err(shown)
    };
    rt.flush().expect("memory takes what is written");
    let output = String::from_utf8(sink.0.lock().expect("no panic while writing").clone()).expect("text is UTF-8");
    Ran { results, output }
}

fn pass(rt: &Runtime, v: &Value) -> Vec<u64> {
    match v {
        Value::Scalar(s) => words(*s),
        Value::Array(a) => {
            let at = rt.shared().memory().alloc(a.data.len(), false).expect("memory is there");
            // SAFETY: a fresh block of that size.
            unsafe { std::ptr::copy_nonoverlapping(a.data.as_ptr(), at, a.data.len()) };
            std::iter::once(at as u64).chain(a.shape.iter().map(|n| *n as u64)).collect()
        }
        v => panic!("{v:?} cannot be passed"),
    }
}

fn words(s: Scalar) -> Vec<u64> {
    let bits = |x: f64| x.to_bits();
    match s {
        Scalar::F64(x) => vec![bits(x)],
        Scalar::F32(x) => vec![u64::from(x.to_bits())],
        Scalar::C128(x) => vec![bits(x[0]), bits(x[1])],
        Scalar::C64(x) => vec![u64::from(x[0].to_bits()), u64::from(x[1].to_bits())],
        Scalar::U64(x) => vec![x],
        Scalar::I64(x) => vec![x as u64],
        Scalar::Bool(x) => vec![u64::from(x)],
        s => vec![s.to_f64() as i64 as u64],
    }
}

/// A result, whose memory is given back.
fn take(rt: &Runtime, t: &Ty, w: &[u64]) -> Value {
    match t {
        Ty::Scalar(d) => {
            let bytes: Vec<u8> = if d.is_complex() {
                let part = d.size() / 2;
                w.iter().flat_map(|x| x.to_le_bytes()[..part].to_vec()).collect()
            } else {
                w[0].to_le_bytes()[..d.size()].to_vec()
            };
            Value::Scalar(Array { dtype: *d, shape: vec![], data: bytes }.get(0))
        }
        Ty::Array(d, dims) => {
            let shape: Vec<usize> = w[1..=dims.len()].iter().map(|n| *n as usize).collect();
            let bytes = d.size() * shape.iter().product::<usize>();
            // SAFETY: a result is a block with that many elements, and the caller's.
            let data = unsafe {
                let data = std::slice::from_raw_parts(w[0] as *const u8, bytes).to_vec();
                rt.shared().memory().free(w[0] as *mut u8);
                data
            };
            Value::array(Array { dtype: *d, shape, data })
        }
        t => panic!("a result of type {t}"),
    }
}

/// Numbers that look random but are not: multiples of 1/64 in [-8, 8), and their dtype's view of it.
pub fn numbers(dtype: DType, shape: &[usize], seed: u64) -> Value {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f64 / (1u64 << 24) as f64 - 0.5) * 16.0
    };
    let n = shape.iter().product::<usize>();
    let elems = (0..n).map(|_| match dtype {
        DType::F64 => Scalar::F64(next()),
        DType::F32 => Scalar::F32(next() as f32),
        DType::C128 => Scalar::C128([next(), next()]),
        DType::C64 => Scalar::C64([next() as f32, next() as f32]),
        DType::Bool => Scalar::Bool(next() > 0.0),
        d => Scalar::of_int(d, (next() * 16.0) as i64),
    });
    let elems: Vec<Scalar> = elems.collect();
    Value::array(Array::from_scalars(dtype, shape.to_vec(), elems))
}
