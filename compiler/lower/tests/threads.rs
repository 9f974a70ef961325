//! Parallel loops: the same bits on the evaluator and on every back end with any number of threads.

mod common;
use common::{lowered, on_threads, read};
use quipu_abi::DType;
use quipu_ir::core::eval;
use quipu_ir::core::host::PlainHost;
use quipu_ir::loops::{self, FastMath, ForAttrs, Op, Parallel, for_each_inst, units};
use quipu_ir::verify::verify_module;
use quipu_ir::{Module, Value};
use quipu_transforms::{chunk_reductions, insert_copies};

/// The module after the passes, and the number of parallel loops.
fn prepared(text: &str) -> (Module, usize) {
    let mut m = read(text);
    let mut parallel = 0;
    for f in &mut m.funcs {
        parallel += chunk_reductions(f);
        insert_copies(f);
    }
    verify_module(&m).unwrap_or_else(|e| panic!("{e}\n{m}"));
    (m, parallel)
}

/// Loops that lowering gives to threads.
fn by_threads(m: &Module) -> usize {
    let mut n = 0;
    for f in &mut lowered(m).module.funcs {
        for_each_inst(&mut f.body, &mut |inst| {
            n += usize::from(matches!(inst.op, Op::For(ForAttrs { parallel: Parallel::Threads { .. }, .. })));
        });
    }
    n
}

/// Runs `@f` everywhere; all must agree, and so many loops run by threads.
fn same(text: &str, loops: usize, args: &[Value]) -> Result<Vec<Value>, String> {
    let (m, _) = prepared(text);
    assert_eq!(by_threads(&m), loops, "{m}");
    let id = m.find("f").expect("the function exists");
    let want = eval::run(&m, id, args.to_vec(), &mut PlainHost::default());
    let want = want.map(|r| r.0).map_err(|e| e.to_string());
    for threads in [1, 2, 3] {
        for (name, got) in on_threads(&m, id, args, threads) {
            match (&want, &got.results) {
                (Ok(a), Ok(b)) => {
                    assert!(a.iter().zip(b).all(|(a, b)| a.same(b)), "{name}, {threads} threads: {b:?}\n{a:?}");
                }
                (a, b) => assert_eq!(a.as_ref().err(), b.as_ref().err(), "{name}, {threads} threads"),
            }
        }
    }
    want
}

const SUM: &str = "
func @f(%x: f64[n], %s: f64) -> f64 {
    %n = size n
    %r = for parallel %i as k < %n carry (%a: f64 = %s) {
        %v = read %x[at %i]
        %w = map sin %v
        %b = map add %a, %w
        yield %b
    }
    return %r
}";

#[test]
fn sums_have_the_same_bits() {
    for n in [0, 1, 4096, 4097, 50_000] {
        let x = common::numbers(DType::F64, &[n], 7);
        let got = same(SUM, 1, &[x, Value::f64(0.25)]).expect("no exception");
        assert_eq!(got.len(), 1);
    }
}

#[test]
fn a_sum_in_chunks_is_rounded_otherwise_than_one_in_order() {
    let x = common::numbers(DType::F64, &[50_000], 7);
    let m = read(SUM);
    let id = m.find("f").expect("the function exists");
    let args = [x, Value::f64(0.25)];
    let in_order = eval::run(&m, id, args.to_vec(), &mut PlainHost::default()).expect("no exception").0;
    let in_chunks = same(SUM, 1, &args).expect("no exception");
    assert!(!in_order[0].same(&in_chunks[0]), "the test sees the partition only if rounding differs");
}

#[test]
fn rows_and_counts() {
    // Stores into rows of a carried array; a conditional count; a sum from an inner loop; Python's max.
    let text = "
func @f(%x: f64[n, m], consume %y: f64[n, m]) -> (f64[n, m], i64, f64, f64) {
    %n = size n
    %m = size m
    %zero = const i64 0
    %zf = const f64 0.0
    %low = const f64 -100.0
    %r: f64[n, m], %c, %t, %g = for parallel %i as p < %n carry (%a: f64[n, m] = %y, %k: i64 = %zero, %s: f64 = %zf, %big: f64 = %low) {
        %b: f64[n, m], %s2, %k2, %g2 = for %j as q < %m carry (%d: f64[n, m] = %a, %s1: f64 = %s, %k1: i64 = %k, %g1: f64 = %big) {
            %v = read %x[at %i, at %j]
            %w = map sin %v
            %e: f64[n, m] = update %d[at %i, at %j], %w
            %s3 = map add %s1, %w
            %pos = map gt %v, %zf
            %k4 = if %pos {
                %one = const i64 1
                %k3 = int_add %k1, %one
                yield %k3
            } else {
                yield %k1
            }
            %g3 = map max_py %g1, %w
            yield %e, %s3, %k4, %g3
        }
        yield %b, %k2, %s2, %g2
    }
    return %r, %c, %t, %g
}";
    for n in [0, 1, 63, 64, 130] {
        let (x, y) = (common::numbers(DType::F64, &[n, 40], 3), common::numbers(DType::F64, &[n, 40], 4));
        same(text, 1, &[x, y]).expect("no exception");
    }
}

#[test]
fn the_error_of_the_first_trip_is_raised() {
    let text = "
func @f(%x: f64[n], consume %y: f64[n]) -> f64[n] {
    %n = size n
    %lim = const f64 7.9
    %r: f64[n] = for parallel %i as k < %n carry (%a: f64[n] = %y) {
        %v = read %x[at %i]
        %bad = map gt %v, %lim
        raise_if ValueError \"element {0}\" %bad, %i
        %b: f64[n] = update %a[at %i], %v
        yield %b
    }
    return %r
}";
    let x = common::numbers(DType::F64, &[100_000], 5);
    let y = common::numbers(DType::F64, &[100_000], 6);
    let e = same(text, 1, &[x, y]).expect_err("some element is larger");
    assert!(e.starts_with("ValueError: element "), "{e}");
}

#[test]
fn what_is_no_reduction_runs_in_order() {
    // A running value that is read, and arrays that change places.
    let smooth = "
func @f(%n: i64, %s: f64) -> f64 {
    %half = const f64 0.5
    %r = for parallel %i < %n carry (%a: f64 = %s) {
        %h = map mul %a, %half
        %b = map add %a, %h
        yield %b
    }
    return %r
}";
    same(smooth, 0, &[Value::i64(10), Value::f64(1.5)]).expect("no exception");
    let swap = "
func @f(consume %u: f64[n], consume %v: f64[n], %k: i64) -> (f64[n], f64[n]) {
    %a: f64[n], %b: f64[n] = for parallel %i < %k carry (%p: f64[n] = %u, %q: f64[n] = %v) {
        yield %q, %p
    }
    return %a, %b
}";
    let (u, v) = (common::numbers(DType::F64, &[5], 1), common::numbers(DType::F64, &[5], 2));
    same(swap, 0, &[u, v, Value::i64(3)]).expect("no exception");
}

#[test]
fn functions_say_whether_rounding_may_change() {
    let m = read("func fastmath @f(%x: f64) -> f64 {\n    return %x\n}\nfunc @g(%x: f64) -> f64 {\n    return %x\n}");
    let out = lowered(&m).module;
    let flags: Vec<FastMath> = out.funcs.iter().map(|f| f.fast_math).collect();
    assert_eq!(flags, [FastMath::ALL, FastMath::NONE]);
}

/// The tiers compile what is around a hot unit first: for the body of a parallel loop, a function of its own, that is the loop
/// from which it is called.
#[test]
fn a_parallel_body_is_inside_the_unit_that_runs_it() {
    let repeated = "
func @f(%x: f64[n], %s: f64, %m: i64) -> f64 {
    %n = size n
    %t = for %j as l < %m carry (%c: f64 = %s) {
        %r = for parallel %i as k < %n carry (%a: f64 = %c) {
            %v = read %x[at %i]
            %w = map sin %v
            %b = map add %a, %w
            yield %b
        }
        yield %r
    }
    return %t
}";
    let units = |text: &str| units::cut(&loops::legalize(&lowered(&prepared(text).0).module), 0).plan.units;
    let all = units(repeated);
    let outer = all.iter().filter(|u| u.parent.is_none()).count();
    assert_eq!((all.len() > 1, outer), (true, 1), "{all:?}");
    assert!(units(SUM).iter().all(|u| u.parent.is_none()));
}
