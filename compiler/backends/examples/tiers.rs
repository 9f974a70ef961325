//! Compile time and speed of both tiers on a strict sum, a vector sum and a stencil: `cargo run --example tiers`.
//!
//! Prints the minimum over repetitions; optimized code of the compilers matters for the compile times, so build this
//! with `--release` before believing them.
#![expect(unsafe_code, reason = "calls compiled code")]

use quipu_abi::{Ctx, ErrorRecord};
use quipu_backends::{Backend, Options};
use quipu_ir::loops::{Access, BinOp, Elem, ForAttrs, FuncBuilder, Module, Parallel, Type, Val, Vectorize};
use std::time::Instant;

const N: usize = 40_000;

/// acc += x[i], in order.
fn sum() -> Module {
    let mut b = FuncBuilder::new("f", &[Type::PTR, Type::PTR, Type::I64], &[]);
    let (p, out, n, zero, start) = (b.param(0), b.param(1), b.param(2), b.i64(0), b.f64(0.0));
    let r = b.for_loop(zero, n, ForAttrs::default(), &[start], |b, i, acc| {
        let q = b.elem_ptr(p, i, 8);
        let x = b.load(Type::F64, q, Access::of(Type::F64).alias(1));
        vec![b.fadd(acc[0], x)]
    });
    b.store(r[0], out, Access::of(Type::F64).alias(2));
    module(b)
}

/// Four accumulators of 8 lanes, as `lower` would write a pairwise sum's inner loop.
fn vector_sum() -> Module {
    let mut b = FuncBuilder::new("f", &[Type::PTR, Type::PTR, Type::I64], &[]);
    let (p, out, n, zero) = (b.param(0), b.param(1), b.param(2), b.i64(0));
    let v8 = Type::vec(Elem::F64, 8);
    let start = b.float(v8, 0.0);
    let r = b.for_loop(zero, n, ForAttrs::step(32), &[start; 4], |b, i, acc| {
        let q = b.elem_ptr(p, i, 8);
        let at = Access::of(v8).alias(1);
        let x: Vec<Val> = (0..4).map(|k| b.load(v8, q, at.offset(64 * k))).collect();
        acc.iter().zip(x).map(|(a, x)| b.fadd(*a, x)).collect()
    });
    let (s, t) = (b.fadd(r[0], r[1]), b.fadd(r[2], r[3]));
    let s = b.fadd(s, t);
    let s = b.reduce(BinOp::FAdd, s);
    b.store(s, out, Access::of(Type::F64).alias(2));
    module(b)
}

fn stencil_point(b: &mut FuncBuilder, p: Val, out: Val, i: Val, ty: Type) {
    let (q, o) = (b.elem_ptr(p, i, 8), b.elem_ptr(out, i, 8));
    let at = Access::of(ty).alias(1);
    let x: Vec<Val> = [-8, 0, 8].iter().map(|k| b.load(ty, q, at.offset(*k))).collect();
    let (s, third) = (b.fadd(x[0], x[1]), b.float(ty, 0.333_33));
    let s = b.fadd(s, x[2]);
    let y = b.fmul(s, third);
    b.store(y, o, Access::of(ty).alias(2));
}

/// out[i] = 0.33333 * (x[i - 1] + x[i] + x[i + 1]), a scalar loop for the back end to vectorize.
fn stencil() -> Module {
    let mut b = FuncBuilder::new("f", &[Type::PTR, Type::PTR, Type::I64], &[]);
    let (p, out, n, one) = (b.param(0), b.param(1), b.param(2), b.i64(1));
    let end = b.sub(n, one);
    let attrs = ForAttrs { parallel: Parallel::Independent, ..ForAttrs::default() };
    b.for_loop(one, end, attrs, &[], |b, i, _| {
        stencil_point(b, p, out, i, Type::F64);
        vec![]
    });
    module(b)
}

/// The same in vectors of 8 lanes, the tail in scalars.
fn vector_stencil() -> Module {
    let mut b = FuncBuilder::new("f", &[Type::PTR, Type::PTR, Type::I64], &[]);
    let (p, out, n, one, seven) = (b.param(0), b.param(1), b.param(2), b.i64(1), b.i64(7));
    let end = b.sub(n, one);
    let limit = b.sub(end, seven);
    let r = b.for_loop(one, limit, ForAttrs::step(8), &[one], |b, i, _| {
        stencil_point(b, p, out, i, Type::vec(Elem::F64, 8));
        let eight = b.i64(8);
        vec![b.add(i, eight)]
    });
    let attrs = ForAttrs { vectorize: Vectorize::Never, unroll: 1, ..ForAttrs::default() };
    b.for_loop(r[0], end, attrs, &[], |b, i, _| {
        stencil_point(b, p, out, i, Type::F64);
        vec![]
    });
    module(b)
}

fn module(b: FuncBuilder) -> Module {
    let mut m = Module::new();
    m.add(b.finish(&[]));
    m
}

fn min_us(n: usize, mut f: impl FnMut()) -> f64 {
    let time = |f: &mut dyn FnMut()| {
        let start = Instant::now();
        f();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..n).map(|_| time(&mut f)).fold(f64::INFINITY, f64::min)
}

/// The stencil many times over, each under its own name.
fn many(n: usize) -> Module {
    let mut m = Module::new();
    for i in 0..n {
        let mut func = stencil().funcs.remove(0);
        func.name = format!("f{i}");
        m.add(func);
    }
    m
}

fn main() {
    let backends: Vec<Box<dyn Backend>> = vec![
        Box::new(quipu_backends::Cranelift),
        #[cfg(feature = "llvm")]
        Box::new(quipu_backends::Llvm::new()),
    ];
    let x: Vec<f64> = (0..N).map(|i| (i as f64).sin()).collect();
    let mut y = vec![0.0; N];
    let error = ErrorRecord { kind: 0, site: 0, operands: [0; 4], text: std::ptr::null() };
    let functions = std::ptr::null();
    let state = std::ptr::null_mut();
    let mut ctx = Ctx { error, stack_limit: 0, interrupt: 0, n_threads: 1, functions, state };
    for (name, m) in
        [("sum", sum()), ("vector sum", vector_sum()), ("stencil", stencil()), ("vector stencil", vector_stencil())]
    {
        for backend in &backends {
            let options = Options { verify: false, ..Options::default() };
            let compile = || backend.compile(&m, &options).unwrap_or_else(|e| panic!("{e}"));
            let compile_us = min_us(20, || drop(compile()));
            let code = compile();
            let address = code.get("f").expect("exported");
            // SAFETY: all four functions take two pointers and a length; the arrays have N elements.
            let f: extern "C" fn(*mut Ctx, *const f64, *mut f64, i64) -> i32 = unsafe { std::mem::transmute(address) };
            let run_us = min_us(300, || {
                f(&raw mut ctx, x.as_ptr(), y.as_mut_ptr(), N as i64);
            });
            let ns = run_us * 1e3 / N as f64;
            println!("{name:15} {:10} compile {compile_us:7.0} us   run {ns:.3} ns/element", backend.name());
        }
    }
    for backend in &backends {
        let options = Options { verify: false, ..Options::default() };
        let m = many(50);
        let all_us = min_us(3, || drop(backend.compile(&m, &options).unwrap_or_else(|e| panic!("{e}"))));
        println!("50 stencils     {:10} compile {:7.0} us each", backend.name(), all_us / 50.0);
    }
}
