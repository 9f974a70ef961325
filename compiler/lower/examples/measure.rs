//! Nanoseconds per element of typical nests on LLVM: a map, a stencil, a sum, over sizes in and out of the caches.
//! Run with `cargo run --release -p quipu-lower --example measure`.

#![allow(unsafe_code, reason = "machine code is called")]

use quipu_abi::Ctx;
use quipu_backends::{Backend, Llvm};
use quipu_ir::core::text;
use quipu_lower::{Options, lower};
use quipu_runtime::Runtime;
use std::time::Instant;

const PROGRAM: &str = r#"
func @map(consume %y: f64[n], %a: f64[n], %b: f64[n], %c: f64) -> f64[n] {
    %p = map mul %a, %b
    %q = map mul %c, %a
    %s = map add %p, %q
    %r: f64[n] = update %y[:], %s
    return %r
}
func @sum(consume %y: f64[n], %a: f64[n], %b: f64[n], %c: f64) -> f64[n] {
    %s = reduce_sum %a, axes=[0]
    %zero = const i64 0
    %r: f64[n] = update %y[at %zero], %s
    return %r
}
func @dot(consume %y: f64[n], %a: f64[n], %b: f64[n], %c: f64) -> f64[n] {
    %p = map mul %a, %b
    %s = reduce_sum %p, axes=[0]
    %zero = const i64 0
    %r: f64[n] = update %y[at %zero], %s
    return %r
}
func @jacobi(consume %y: f64[n], %a: f64[n], %b: f64[n], %m as k: i64) -> f64[n] where k >= 2 {
    %ca = copy %a
    %cy = copy %y
    %x: f64[k, k] = reshape %ca, dims=[k, k]
    %z: f64[k, k] = reshape %y, dims=[k, k]
    %0 = const i64 0
    %1 = const i64 1
    %2 = const i64 2
    %w = const f64 0.2
    %mid = read %x[range %1 %1 len k - 2, range %1 %1 len k - 2]
    %up = read %x[range %0 %1 len k - 2, range %1 %1 len k - 2]
    %down = read %x[range %2 %1 len k - 2, range %1 %1 len k - 2]
    %left = read %x[range %1 %1 len k - 2, range %0 %1 len k - 2]
    %right = read %x[range %1 %1 len k - 2, range %2 %1 len k - 2]
    %s1 = map add %mid, %left
    %s2 = map add %s1, %right
    %s3 = map add %s2, %down
    %s4 = map add %s3, %up
    %v = map mul %w, %s4
    %r: f64[k, k] = update %z[range %1 %1 len k - 2, range %1 %1 len k - 2], %v
    %flat: f64[n] = reshape %r, dims=[n]
    return %flat
}
"#;

fn main() {
    let module = text::parse(PROGRAM).unwrap_or_else(|e| panic!("{e:?}"));
    let out = lower(&module, &Options::new(quipu_runtime::FUNCTIONS)).unwrap_or_else(|e| panic!("{e}"));
    if std::env::args().any(|a| a == "--loops") {
        println!("{}", out.module);
    }
    let options = quipu_backends::Options { verify: true, ..Default::default() };
    let code = Llvm.compile(&out.module, &options).unwrap_or_else(|e| panic!("{e}"));
    for (name, is_square) in [("map", false), ("sum", false), ("dot", false), ("jacobi", true)] {
        let f = code.get(name).expect("it is exported");
        for k in [100usize, 350, 1000, 2000] {
            let n = k * k;
            let ns = if is_square { time_int(f, n, k as i64) } else { time_float(f, n) };
            println!("{name:8} n = {n:8}  {ns:.3} ns per element");
        }
    }
}

struct Arrays {
    rt: Box<Runtime>,
    data: [*mut f64; 3],
}

impl Arrays {
    fn new(n: usize) -> Arrays {
        let rt = Runtime::new(quipu_runtime::Options::default());
        let data = [0, 1, 2].map(|k| {
            let at = rt.shared().memory().alloc(8 * n, true).expect("memory is there").cast::<f64>();
            // SAFETY: a fresh block of n numbers.
            (0..n).for_each(|i| unsafe { at.add(i).write((i % 97) as f64 * 0.5 + f64::from(k)) });
            at
        });
        Arrays { rt, data }
    }
}

fn best(n: usize, mut f: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    let inner = (2_000_000 / n).max(1);
    for _ in 0..30 {
        let start = Instant::now();
        (0..inner).for_each(|_| f());
        best = best.min(start.elapsed().as_nanos() as f64 / (inner * n) as f64);
    }
    best
}

fn time_float(f: *const u8, n: usize) -> f64 {
    type F = unsafe extern "C" fn(
        *mut Ctx,
        *mut f64,
        i64,
        *mut f64,
        i64,
        *mut f64,
        i64,
        f64,
        *mut *mut f64,
        *mut i64,
    ) -> i32;
    let x = Arrays::new(n);
    let [y, a, b] = x.data;
    let len = n as i64;
    // SAFETY: the signature that the function was lowered to; its result is `y` again.
    best(n, || unsafe {
        let f: F = std::mem::transmute(f);
        let (mut out, mut m) = (std::ptr::null_mut(), 0);
        assert_eq!(f(x.rt.ctx(), y, len, a, len, b, len, 3.0, &raw mut out, &raw mut m), 0);
        assert!(out == y && m == len);
    })
}

fn time_int(f: *const u8, n: usize, k: i64) -> f64 {
    type F = unsafe extern "C" fn(
        *mut Ctx,
        *mut f64,
        i64,
        *mut f64,
        i64,
        *mut f64,
        i64,
        i64,
        *mut *mut f64,
        *mut i64,
    ) -> i32;
    let x = Arrays::new(n);
    let [y, a, b] = x.data;
    let len = n as i64;
    // SAFETY: as above.
    best(n, || unsafe {
        let f: F = std::mem::transmute(f);
        let (mut out, mut m) = (std::ptr::null_mut(), 0);
        assert_eq!(f(x.rt.ctx(), y, len, a, len, b, len, k, &raw mut out, &raw mut m), 0);
        assert!(out == y && m == len);
    })
}
