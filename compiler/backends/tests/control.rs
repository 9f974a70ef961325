//! Structure, memory, calls and errors, on every back end.
#![expect(unsafe_code, reason = "calls compiled code")]

mod common;

use common::{compile, compile_text, context};
use quipu_abi::{Ctx, ErrorKind};
use quipu_ir::loops::{Access, BinOp, Elem, ForAttrs, FuncBuilder, IntCmp, Module, Parallel, Site, Type, eval};

/// Counts iterations and folds the induction values in order.
#[test]
fn for_loops_meet_their_bounds() {
    let steps = [1, -1, 2, -2, 3, 8, i64::MAX, i64::MIN];
    let mut m = Module::new();
    for (i, step) in steps.iter().enumerate() {
        let mut b = FuncBuilder::new(&format!("f{i}"), &[Type::I64, Type::I64], &[Type::I64, Type::I64]);
        let (lo, hi, zero, one, k) = (b.param(0), b.param(1), b.i64(0), b.i64(1), b.i64(31));
        let r = b.for_loop(lo, hi, ForAttrs::step(*step), &[zero, zero], |b, iv, c| {
            let n = b.add(c[0], one);
            let h = b.mul(c[1], k);
            vec![n, b.add(h, iv)]
        });
        m.add(b.finish(&r));
    }
    let (min, max) = (i64::MIN, i64::MAX);
    let bounds = [
        (0, 10),
        (10, 0),
        (5, 5),
        (-7, 8),
        (8, -7),
        (max - 5, max),
        (max, max - 5),
        (min, min + 5),
        (min + 5, min),
        (min, min),
        (max, max),
        (0, 1),
        (1, 0),
        (0, 24),
        (0, 25),
    ];
    for (way, code) in compile(&m) {
        for (i, step) in steps.iter().enumerate() {
            let wide = [(min, max), (max, min)];
            let huge = step.unsigned_abs() > 1 << 40;
            for (lo, hi) in bounds.iter().chain(wide.iter().filter(|_| huge)) {
                let (mut n, mut h) = (0i64, 0i64);
                let mut iv = i128::from(*lo);
                while if *step > 0 { iv < i128::from(*hi) } else { iv > i128::from(*hi) } {
                    n += 1;
                    h = h.wrapping_mul(31).wrapping_add(iv as i64);
                    iv += i128::from(*step);
                }
                let (mut got_n, mut got_h, mut ctx) = (-1i64, -1i64, context());
                let f = format!("f{i}");
                assert_eq!(call!(code, &f, ctx, *lo, *hi, &raw mut got_n, &raw mut got_h), 0);
                assert_eq!((got_n, got_h), (n, h), "{way} {lo}..{hi} by {step}");
            }
        }
    }
}

const STRUCTURE: &str = r#"
site_base 100
site0 = 0 0 0 "" ""
site1 = 0 0 0 "" "index {0} of {1}"

; The place of the first element above a limit.
func @find(%0: ptr, %1: i64, %2: f64) -> (i64, f64) export {
    %3 = const i64 0
    %4 = const i64 8
    %5 = const f64 -1.0
    %11, %12 = for %3, %1, %5 [step=1, stop] (%6: i64, %7: f64) {
        %8 = mul %6, %4
        %9 = ptr_add %0, %8
        %10 = load f64 %9 [align=8]
        %13 = fcmp gt %10, %2
        yield %13, %10
    }
    return %12, %11
}

; Greatest common divisor; the condition passes on more than it was given.
func @gcd(%0: i64, %1: i64) -> (i64, i64) export {
    %2 = const i64 0
    %3 = const i64 1
    %12, %13, %14 = while %0, %1, %2 (%4: i64, %5: i64, %6: i64) {
        %7 = icmp ne %5, %2
        yield %7, %4, %5, %6
    } do (%8: i64, %9: i64, %10: i64) {
        %11 = srem %8, %9
        %15 = add %10, %3
        yield %9, %11, %15
    }
    return %12, %14
}

; Fails for what is out of bounds, with operands.
func @at(%0: i64, %1: i64) -> (i64) export {
    %2 = const i64 0
    %3 = icmp slt %0, %2
    %4 = icmp sge %0, %1
    %5 = or %3, %4
    %6 = if %5 {
        fail IndexError site1 %0, %1
    } else {
        %7 = mul %0, %0
        yield %7
    }
    fail_if ValueError site0 %3
    return %6
}

func @outer(%0: i64, %1: i64) -> (i64) export {
    %2 = call @at -> (i64) %0, %1
    %3 = call @at -> (i64) %2, %1
    return %3
}

; The failure as a value: the flag, the result (0 after a failure), the kind that ctx holds.
func @caught(%0: i64, %1: i64) -> (i1, i64, i32) export {
    %2, %3 = call @outer -> (i64) catch %0, %1
    %4 = ctx
    %5 = load i32 %4 [align=4]
    return %2, %3, %5
}

func @again(%0: i64, %1: i64) -> () export {
    %2, %3 = call @at -> (i64) catch %0, %1
    if %2 {
        reraise
    } else {
        yield
    }
    return
}

func @never(%0: i1) -> (i64) export {
    if %0 {
        fail ValueError site0
    } else {
        reraise
    }
    %1 = const i64 1
    return %1
}

func @polled(%0: i64) -> (i64) export {
    %1 = const i64 0
    %4 = for %1, %0, %1 [step=1] (%2: i64, %3: i64) {
        poll site0
        yield %2
    }
    return %4
}

func @deep(%0: i64) -> (i64) export noinline {
    stack_check site1
    %1 = const i64 0
    %2 = icmp eq %0, %1
    %6 = if %2 {
        yield %0
    } else {
        %3 = const i64 1
        %4 = sub %0, %3
        %5 = call @deep -> (i64) %4
        %7 = add %5, %3
        yield %7
    }
    return %6
}

func @not(%0: i1) -> (i1) export {
    %1 = not %0
    return %1
}
"#;

#[test]
fn structure() {
    for (way, code) in compile_text(STRUCTURE) {
        let mut ctx = context();
        let a = [1.0, 5.0, 2.0, 9.0];
        let (mut at, mut x) = (-1i64, 0f64);
        for (limit, want) in [(4.0f64, (2, 5.0)), (8.0, (4, 9.0)), (100.0, (4, 9.0))] {
            // The limit is a float: its register is another kind, so the function is called by its own type.
            let address = code.get("find").expect("exported");
            // SAFETY: this is the type of `find`.
            let f: extern "C" fn(*mut Ctx, *const f64, i64, f64, *mut i64, *mut f64) -> i32 =
                unsafe { std::mem::transmute(address) };
            assert_eq!(f(&raw mut ctx, a.as_ptr(), 4, limit, &raw mut at, &raw mut x), 0);
            assert_eq!((at, x), want, "{way}");
            assert_eq!(f(&raw mut ctx, a.as_ptr(), 0, limit, &raw mut at, &raw mut x), 0);
            assert_eq!((at, x), (0, -1.0), "{way}");
        }
        let (mut g, mut n) = (0i64, 0i64);
        assert_eq!(call!(code, "gcd", ctx, 1071i64, 462i64, &raw mut g, &raw mut n), 0);
        assert_eq!((g, n), (21, 3), "{way}");
        let mut r = 7i64;
        assert_eq!(call!(code, "at", ctx, 3i64, 10i64, &raw mut r), 0);
        assert_eq!(r, 9, "{way}");
        for (name, i, n, operands) in [("at", -1i64, 10i64, [-1, 10]), ("outer", 3, 5, [9, 5]), ("again", 7, 7, [7, 7])]
        {
            ctx.error.text = std::ptr::dangling();
            assert_eq!(call!(code, name, ctx, i, n, &raw mut r), 1, "{way} {name}");
            assert_eq!((ctx.error.kind, ctx.error.site), (ErrorKind::IndexError as u32, 101), "{way}");
            assert_eq!(ctx.error.operands, [operands[0], operands[1], 0, 0], "{way}");
            assert!(ctx.error.text.is_null(), "{way}");
        }
        let (mut flag, mut kind) = (9u8, 0u32);
        assert_eq!(call!(code, "caught", ctx, 3i64, 5i64, &raw mut flag, &raw mut r, &raw mut kind), 0);
        assert_eq!((flag, r, kind), (1, 0, ErrorKind::IndexError as u32), "{way}");
        assert_eq!(call!(code, "caught", ctx, 2i64, 5i64, &raw mut flag, &raw mut r, &raw mut kind), 0);
        assert_eq!((flag, r), (0, 16), "{way}");
        assert_eq!(call!(code, "never", ctx, 1i64, &raw mut r), 1);
        assert_eq!((ctx.error.kind, ctx.error.site), (ErrorKind::ValueError as u32, 100), "{way}");
        assert_eq!(call!(code, "polled", ctx, 10i64, &raw mut r), 0);
        assert_eq!(r, 9, "{way}");
        ctx.interrupt = 1;
        assert_eq!(call!(code, "polled", ctx, 10i64, &raw mut r), 1);
        assert_eq!(ctx.error.kind, ErrorKind::KeyboardInterrupt as u32, "{way}");
        assert_eq!(call!(code, "deep", ctx, 100i64, &raw mut r), 0);
        assert_eq!(r, 100, "{way}");
        let here = 0u8;
        ctx.stack_limit = (&raw const here as usize) - 100_000;
        assert_eq!(call!(code, "deep", ctx, 1_000_000i64, &raw mut r), 1);
        assert_eq!((ctx.error.kind, ctx.error.site), (ErrorKind::RecursionError as u32, 101), "{way}");
        // Only the lowest bit of an i1 counts.
        for (arg, want) in [(0i64, 1u8), (1, 0), (0xfe, 1), (0xff, 0)] {
            assert_eq!(call!(code, "not", ctx, arg, &raw mut flag), 0);
            assert_eq!(flag, want, "{way}");
        }
    }
}

extern "C" fn mixed(_: *mut Ctx, flag: bool, a: i32, b: f32, c: f64, out: *mut f64) -> i32 {
    if !flag {
        return 1;
    }
    // SAFETY: the caller gives room for a result.
    unsafe { *out = f64::from(a) + f64::from(b) * c };
    0
}

extern "C" fn is_small(_: *mut Ctx, x: i64) -> bool {
    x < 10
}

extern "C" fn halves(_: *mut Ctx, x: i64, low: *mut i32, high: *mut i32) {
    // SAFETY: the caller gives room for both results.
    unsafe {
        *low = x as i32;
        *high = (x >> 32) as i32;
    }
}

extern "C" fn apply(ctx: *mut Ctx, f: extern "C" fn(*mut Ctx, i64, *mut i64) -> i32, x: i64, out: *mut i64) -> i32 {
    f(ctx, x, out)
}

/// As the runtime's, on one thread, with a context of its own: the chunks from the last to the first.
extern "C" fn parallel_for(
    ctx: *mut Ctx,
    body: extern "C" fn(*mut Ctx, *mut u8, i64) -> i32,
    record: *mut u8,
    chunks: i64,
) -> i32 {
    let mut child = context();
    for chunk in (0..chunks).rev() {
        if body(&raw mut child, record, chunk) != 0 {
            // SAFETY: the caller's context is live.
            unsafe { (*ctx).error = child.error };
            return 1;
        }
    }
    0
}

#[test]
fn runtime_calls() {
    let text = r#"
        site_base 40
        site0 = 0 0 0 "" ""
        site1 = 0 0 0 "" ""
        func @text() -> (i32) export {
            %0 = data "0102030405060708"
            %1 = load i32 %0 [offset=4]
            return %1
        }
        func @placed(%0: i1, %1: i1) -> (f64) export {
            %2 = const i32 1
            %3 = const f32 2.5
            %4 = const f64 4.0
            %5 = runtime mixed 1 (i1, i32, f32, f64) -> (f64) fallible at site0 %0, %2, %3, %4
            %6 = runtime mixed 1 (i1, i32, f32, f64) -> (f64) fallible at site1 %1, %2, %3, %4
            return %6
        }
        func @mixed(%0: i1, %1: i32, %2: f32, %3: f64) -> (f64) export {
            %4 = runtime mixed 1 (i1, i32, f32, f64) -> (f64) fallible %0, %1, %2, %3
            return %4
        }
        func @tried(%0: i1, %1: i64) -> (i1, f64) export {
            %2 = const i32 1
            %3 = const f32 2.5
            %4 = const f64 4.0
            %5, %6 = runtime mixed 1 (i1, i32, f32, f64) -> (f64) fallible catch %0, %2, %3, %4
            return %5, %6
        }
        func @small(%0: i64) -> (i1, i32, i32) export {
            %1 = runtime is_small 2 (i64) -> (i1) %0
            %2, %3 = runtime halves 3 (i64) -> (i32, i32) %0
            return %1, %2, %3
        }
        func @double(%0: i64) -> (i64) {
            %1 = add %0, %0
            return %1
        }
        func @applied(%0: i64) -> (i64) export {
            %1 = func_addr @double
            %2 = runtime apply 4 (ptr, i64) -> (i64) fallible %1, %0
            return %2
        }
    "#;
    let table = [std::ptr::null(), mixed as *const u8, is_small as _, halves as _, apply as _];
    for (way, code) in compile_text(text) {
        let mut ctx = context();
        ctx.functions = table.as_ptr();
        let mut x = 0f64;
        let address = code.get("mixed").expect("exported");
        // SAFETY: this is the type of `mixed`.
        let f: extern "C" fn(*mut Ctx, bool, i32, f32, f64, *mut f64) -> i32 = unsafe { std::mem::transmute(address) };
        assert_eq!(f(&raw mut ctx, true, -3, 0.5, 8.0, &raw mut x), 0);
        assert_eq!(x, 1.0, "{way}");
        assert_eq!(f(&raw mut ctx, false, -3, 0.5, 8.0, &raw mut x), 1, "{way}");
        let mut failed = 9u8;
        for (flag, want) in [(1i64, (0, 11.0)), (0, (1, 0.0))] {
            assert_eq!(call!(code, "tried", ctx, flag, 0i64, &raw mut failed, &raw mut x), 0);
            assert_eq!((failed, x), want, "{way}");
        }
        // Of the same site twice, or of another one: what failed says where.
        for (first, second, want) in [(1i64, 1i64, (0, 0)), (0, 1, (1, 40)), (1, 0, (1, 41))] {
            ctx.error.site = 0;
            assert_eq!((call!(code, "placed", ctx, first, second, &raw mut x), ctx.error.site), want, "{way}");
        }
        let (mut low, mut high) = (0i32, 0i32);
        assert_eq!(call!(code, "text", ctx, &raw mut low), 0);
        assert_eq!(low, 0x0807_0605, "{way}");
        assert_eq!(call!(code, "small", ctx, (-7i64 << 32) + 5, &raw mut failed, &raw mut low, &raw mut high), 0);
        assert_eq!((failed, low, high), (1, 5, -7), "{way}");
        let mut r = 0i64;
        assert_eq!(call!(code, "applied", ctx, 21i64, &raw mut r), 0);
        assert_eq!(r, 42, "{way}");
    }
}

/// `a[i] = a[i] * k` by threads, backwards in steps of 3, failing at negative elements.
#[test]
fn loops_of_threads() {
    let mut m = Module::new();
    m.parallel_for = 1;
    let site = m.add_site(Site::default());
    let mut b = FuncBuilder::new("scale", &[Type::PTR, Type::I64, Type::I64], &[]);
    let (p, n, k) = (b.param(0), b.param(1), b.param(2));
    let minus = b.i64(-1);
    let zero = b.i64(0);
    let ks = b.splat(k, 2);
    // Each thread has its own context, and its own copy of a constant.
    let (ctx, ten) = (b.ctx_ptr(), b.i64(10));
    let attrs = ForAttrs { step: -3, parallel: Parallel::Threads { chunks: 4, grain: 1 }, ..ForAttrs::default() };
    b.for_loop(n, minus, attrs, &[], |b, i, _| {
        let q = b.elem_ptr(p, i, 8);
        let x = b.load(Type::I64, q, Access::of(Type::I64));
        let bad = b.icmp(IntCmp::Slt, x, zero);
        b.fail_if(bad, ErrorKind::ValueError, site, &[i]);
        let k = b.extract(ks, 1);
        let y = b.mul(x, k);
        let y = b.mul(y, ten);
        let limit = b.load(Type::I64, ctx, Access::of(Type::I64).offset(std::mem::offset_of!(Ctx, stack_limit) as i32));
        let y = b.add(y, limit);
        b.store(y, q, Access::of(Type::I64));
        vec![]
    });
    m.add(b.finish(&[]));
    let table = [std::ptr::null(), parallel_for as *const u8];
    for (way, code) in compile(&m) {
        let mut ctx = context();
        ctx.functions = table.as_ptr();
        ctx.stack_limit = 1 << 40;
        let mut a: Vec<i64> = (0..20).collect();
        assert_eq!(call!(code, "scale", ctx, a.as_mut_ptr(), 19i64, 1i64), 0);
        let want: Vec<i64> = (0..20).map(|i| if i % 3 == 1 { 10 * i } else { i }).collect();
        assert_eq!(a, want, "{way}");
        assert_eq!(call!(code, "scale", ctx, a.as_mut_ptr(), -1i64, 10i64), 0);
        assert_eq!(a, want, "{way}");
        a[4] = -1;
        assert_eq!(call!(code, "scale", ctx, a.as_mut_ptr(), 19i64, 1i64), 1);
        assert_eq!((ctx.error.kind, ctx.error.operands[0]), (ErrorKind::ValueError as u32, 4), "{way}");
    }
}

const ELEMS: [Elem; 7] = [Elem::I1, Elem::I8, Elem::I16, Elem::I32, Elem::I64, Elem::F32, Elem::F64];

fn bytes_of(e: Elem, vals: &[u64]) -> Vec<u8> {
    vals.iter().flat_map(|v| v.to_le_bytes()[..e.bytes() as usize].to_vec()).collect()
}

/// f(x, y, mask, offsets, out): every access and rearrangement of vectors of one type, one after the other at `out`.
fn vector_func(e: Elem, w: u16) -> quipu_ir::loops::Func {
    let ty = Type::vec(e, w);
    let mut b = FuncBuilder::new(&format!("{e}.{w}"), &[Type::PTR; 5], &[]);
    let at = Access { align: 1, ..Access::of(ty) };
    let (px, py, pm, po, out) = (b.param(0), b.param(1), b.param(2), b.param(3), b.param(4));
    let (x, y) = (b.load(ty, px, at), b.load(ty, py, at));
    let mask = b.load(ty.mask(), pm, at);
    let offsets = b.load(Type::vec(Elem::I64, w), po, at);
    let mut place = 0;
    let mut next = |b: &mut FuncBuilder, bytes: u32| {
        let k = b.i64(place);
        place += i64::from(bytes);
        b.ptr_add(out, k)
    };
    let mut vals = vec![];
    vals.push(b.masked_load(ty, px, mask, y, at.offset(e.bytes() as i32)));
    vals.push(b.gather(ty, px, offsets, mask, y, at));
    // Nothing is read or written where no lane is on.
    let (none, nowhere) = (b.int(ty.mask(), 0), b.int(Type::PTR, 16));
    vals.push(b.masked_load(ty, nowhere, none, x, at));
    b.masked_store(x, nowhere, none, at);
    vals.push(b.gather(ty, nowhere, offsets, none, y, at));
    b.scatter(x, nowhere, offsets, none, at);
    let reversed: Vec<u16> = (0..w).rev().collect();
    vals.push(b.shuffle(x, y, &reversed));
    let zipped: Vec<u16> = (0..w).map(|i| i / 2 + if i % 2 == 1 { w } else { 0 }).collect();
    vals.push(b.shuffle(x, y, &zipped));
    let scattered: Vec<u16> = (0..w).map(|i| (i * 7 + 3) % (2 * w)).collect();
    vals.push(b.shuffle(x, y, &scattered));
    let last = b.extract(x, w - 1);
    vals.push(b.splat(last, w));
    vals.push(b.insert(y, last, w / 2));
    vals.push(b.select(mask, x, y));
    let bit = b.extract(mask, 0);
    vals.push(b.select(bit, x, y));
    for v in &vals {
        let q = next(&mut b, ty.bytes());
        b.store(*v, q, at);
    }
    let q = next(&mut b, ty.bytes());
    b.store(y, q, at);
    b.masked_store(x, q, mask, at);
    let q = next(&mut b, 2 * ty.bytes());
    b.store(y, q, at);
    b.store(y, q, at.offset(ty.bytes() as i32));
    b.scatter(x, q, offsets, mask, at);
    let (any, all, bits) = (b.any(mask), b.all(mask), b.bitmask(mask));
    for v in [any, all] {
        let q = next(&mut b, 1);
        b.store(v, q, at);
    }
    let q = next(&mut b, 8);
    b.store(bits, q, at);
    b.finish(&[])
}

/// What `vector_func` writes.
fn vector_model(e: Elem, w: usize, x: &[u64], y: &[u64], mask: &[bool], offsets: &[usize]) -> Vec<u8> {
    let size = e.bytes() as usize;
    let pick = |c: bool, a: u64, b: u64| if c { a } else { b };
    let lanes = |f: &dyn Fn(usize) -> u64| (0..w).map(f).collect::<Vec<u64>>();
    let both: Vec<u64> = x[..w].iter().chain(&y[..w]).copied().collect();
    let mut rows = vec![
        lanes(&|i| pick(mask[i], x[i + 1], y[i])),
        lanes(&|i| pick(mask[i], x[offsets[i] / size], y[i])),
        lanes(&|i| x[i]),
        lanes(&|i| y[i]),
        lanes(&|i| x[w - 1 - i]),
        lanes(&|i| both[i / 2 + if i % 2 == 1 { w } else { 0 }]),
        lanes(&|i| both[(i * 7 + 3) % (2 * w)]),
        lanes(&|_| x[w - 1]),
        lanes(&|i| pick(i == w / 2, x[w - 1], y[i])),
        lanes(&|i| pick(mask[i], x[i], y[i])),
        lanes(&|i| pick(mask[0], x[i], y[i])),
        lanes(&|i| pick(mask[i], x[i], y[i])),
    ];
    let mut scattered: Vec<u64> = y[..w].iter().chain(&y[..w]).copied().collect();
    for i in (0..w).filter(|i| mask[*i]) {
        scattered[offsets[i] / size] = x[i];
    }
    rows.push(scattered);
    let mut out: Vec<u8> = rows.iter().flat_map(|r| bytes_of(e, r)).collect();
    let mask = &mask[..w];
    out.extend([u8::from(mask.contains(&true)), u8::from(!mask.contains(&false))]);
    out.extend(mask.iter().rev().fold(0u64, |a, b| a << 1 | u64::from(*b)).to_le_bytes());
    out
}

#[test]
fn vectors_in_memory_and_rearranged() {
    let mut m = Module::new();
    let widths = [2u16, 4, 8, 16, 32, 64];
    for e in ELEMS {
        for w in widths {
            m.add(vector_func(e, w));
        }
    }
    let compiled = compile(&m);
    for e in ELEMS {
        for w in widths {
            let n = usize::from(w);
            let value = |i: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) & e.mask();
            let x: Vec<u64> = (0..2 * n as u64).map(value).collect();
            let y: Vec<u64> = (0..2 * n as u64).map(|i| value(i + 1000)).collect();
            for pattern in [0u64, u64::MAX, 0x5555_5555_5555_5555, 0x8001_f00d_1234_0006] {
                let mask: Vec<bool> = (0..n).map(|i| pattern >> i & 1 == 1).collect();
                // Two lanes share a place: the later one wins.
                let size = e.bytes() as usize;
                let offsets: Vec<usize> = (0..n).map(|i| (i * 5 + 1) % (2 * n - 1) * size).collect();
                let want = vector_model(e, n, &x, &y, &mask, &offsets);
                let (bx, by) = (bytes_of(e, &x), bytes_of(e, &y));
                let bm: Vec<u8> = mask.iter().map(|m| if *m { 0x40 } else { 0 }).collect();
                for (way, code) in &compiled {
                    // Aligned to nothing.
                    let mut out = vec![0xaau8; want.len() + 1];
                    let mut ctx = context();
                    let name = format!("{e}.{w}");
                    let pointers = (bx.as_ptr(), by.as_ptr(), bm.as_ptr(), offsets.as_ptr(), out[1..].as_mut_ptr());
                    let (px, py, pm, po, out_at) = pointers;
                    assert_eq!(call!(code, &name, ctx, px, py, pm, po, out_at), 0);
                    assert_eq!(&out[1..], &want[..], "{way} {name} {pattern:x}");
                }
            }
        }
    }
}

/// Vectors and masks across the borders of blocks, and constants.
#[test]
fn vectors_through_loops() {
    let mut m = Module::new();
    let widths = [2u16, 4, 16];
    for e in [Elem::I8, Elem::I32, Elem::I64] {
        for w in widths {
            let ty = Type::vec(e, w);
            let mut b = FuncBuilder::new(&format!("{e}.{w}"), &[Type::I64], &[Type::I64, Type::I64]);
            let (zero, n) = (b.i64(0), b.param(0));
            let (iota, three) = (b.iota(ty), b.int(ty, 3));
            let on = b.int(ty.mask(), 1);
            let r = b.for_loop(zero, n, ForAttrs::default(), &[iota, on], |b, i, c| {
                let i = b.int_cast(i, Type::scalar(e), true);
                let i = b.splat(i, w);
                let v = b.mul(c[0], three);
                let v = b.add(v, i);
                let odd = b.int(ty, 1);
                let odd = b.and(v, odd);
                let zeros = b.int(ty, 0);
                let even = b.icmp(IntCmp::Eq, odd, zeros);
                vec![v, b.xor(c[1], even)]
            });
            let zeros = b.int(ty, 0);
            let kept = b.select(r[1], r[0], zeros);
            let sum = b.reduce(BinOp::Add, kept);
            let sum = b.int_cast(sum, Type::I64, false);
            let bits = b.bitmask(r[1]);
            m.add(b.finish(&[sum, bits]));
        }
    }
    for (way, code) in compile(&m) {
        for e in [Elem::I8, Elem::I32, Elem::I64] {
            for w in widths {
                for n in 0..5i64 {
                    let mut v: Vec<u64> = (0..u64::from(w)).collect();
                    let mut on = vec![true; usize::from(w)];
                    for i in 0..n as u64 {
                        for (x, o) in v.iter_mut().zip(&mut on) {
                            *x = (*x * 3 + i) & e.mask();
                            *o ^= *x % 2 == 0;
                        }
                    }
                    let sum = v.iter().zip(&on).filter(|x| *x.1).fold(0, |a, x| eval::bin(BinOp::Add, e, a, *x.0));
                    let bits = on.iter().rev().fold(0i64, |a, o| a << 1 | i64::from(*o));
                    let (mut got, mut got_bits, mut ctx) = (0i64, 0i64, context());
                    let name = format!("{e}.{w}");
                    assert_eq!(call!(code, &name, ctx, n, &raw mut got, &raw mut got_bits), 0);
                    assert_eq!((got as u64, got_bits), (sum, bits), "{way} {name} {n}");
                }
            }
        }
    }
}

/// y[i] = x[i] * k + y[i], with what a nest of `lower` says about it.
#[cfg(feature = "llvm")]
fn axpy(parallel: Parallel, vectorize: quipu_ir::loops::Vectorize, classes: [u16; 2]) -> Module {
    let mut m = Module::new();
    let mut b = FuncBuilder::new("axpy", &[Type::PTR, Type::PTR, Type::I64, Type::F64], &[]);
    let (x, y, n, k, zero) = (b.param(0), b.param(1), b.param(2), b.param(3), b.i64(0));
    let at = Access::of(Type::F64);
    b.for_loop(zero, n, ForAttrs { parallel, vectorize, ..ForAttrs::default() }, &[], |b, i, _| {
        let (p, q) = (b.elem_ptr(x, i, 8), b.elem_ptr(y, i, 8));
        let (u, v) = (b.load(Type::F64, p, at.alias(classes[0])), b.load(Type::F64, q, at.alias(classes[1])));
        let u = b.fmul(u, k);
        let s = b.fadd(u, v);
        b.store(s, q, at.alias(classes[1]));
        vec![]
    });
    m.add(b.finish(&[]));
    m
}

#[cfg(feature = "llvm")]
#[test]
fn llvm_uses_what_it_is_told() {
    use quipu_backends::{Backend, Cpu, Llvm, Options, Stage, VectorLevel};
    use quipu_ir::loops::Vectorize;
    let options = |level| Options { cpu: Cpu::Level(level), opt_level: 3, verify: true };
    let text = |m: &Module, level| Llvm::new().emit_text(m, &options(level), Stage::Llvm).expect("compiles");
    let wide = VectorLevel::Avx512;
    // Nothing known: a check at run time. Classes, or independence: none. Never: scalars.
    let plain = text(&axpy(Parallel::No, Vectorize::Auto, [0, 0]), wide);
    assert!(plain.contains("memcheck") && plain.contains("<8 x double>"), "{plain}");
    let classes = text(&axpy(Parallel::No, Vectorize::Auto, [1, 2]), wide);
    assert!(!classes.contains("memcheck") && classes.contains("<8 x double>"), "{classes}");
    let free = text(&axpy(Parallel::Independent, Vectorize::Auto, [0, 0]), wide);
    assert!(!free.contains("memcheck") && free.contains("<8 x double>"), "{free}");
    let never = text(&axpy(Parallel::Independent, Vectorize::Never, [1, 2]), wide);
    assert!(!never.contains("x double>"), "{never}");
    let four = text(&axpy(Parallel::Independent, Vectorize::Width(4), [1, 2]), wide);
    assert!(four.contains("<4 x double>") && !four.contains("<8 x double>"), "{four}");
    let narrow = text(&axpy(Parallel::Independent, Vectorize::Auto, [1, 2]), VectorLevel::Sse2);
    assert!(narrow.contains("<2 x double>") && !narrow.contains("<4 x double>"), "{narrow}");
    assert!(!plain.contains("fmuladd") && !plain.contains("llvm.fma"), "contraction needs fast-math: {plain}");
}

#[test]
fn objects_can_be_kept() {
    let m: Module = STRUCTURE.parse().expect("reads");
    for (way, backend, options) in common::ways() {
        let object = backend.object(&m, &options).expect("compiles");
        assert_eq!(object, backend.object(&m, &options).expect("compiles"), "{way}");
        for _ in 0..3 {
            let code = object.load().expect("loads");
            let (mut g, mut n, mut ctx) = (0i64, 0i64, context());
            assert_eq!(call!(code, "gcd", ctx, 1071i64, 462i64, &raw mut g, &raw mut n), 0);
            assert_eq!((g, n), (21, 3));
            assert!(code.get("nothing").is_none());
        }
    }
}

#[test]
fn errors_are_reported() {
    let bad: Module = "func @f(%0: i64) -> (f64) export {\n return %0\n}".parse().expect("reads");
    for (way, backend, options) in common::ways() {
        let error = backend.compile(&bad, &options).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("@f: returns"), "{way}: {error}");
    }
}
