//! The programs that every stage must carry first: an in-place stencil, called in a loop, summed, indexed.

mod common;
use common::{check, numbers, stats};
use quipu_abi::DType;
use quipu_ir::Value;

const PROGRAM: &str = r#"
func @step(consume %u: f64[n], %c: f64) -> f64[n] {
    %zero = const i64 0
    %one = const i64 1
    %two_i = const i64 2
    %left = read %u[range %zero %one len max(0, n - 2)]
    %mid = read %u[range %one %one len max(0, n - 2)]
    %right = read %u[range %two_i %one len max(0, n - 2)]
    %two = const f64 2.0
    %t0 = map mul %two, %mid
    %t1 = map sub %left, %t0
    %t2 = map add %t1, %right
    %t3 = map mul %c, %t2
    %t4 = map add %mid, %t3
    %r: f64[n] = update %u[range %one %one len max(0, n - 2)], %t4
    return %r
}
func @run(%n as m: i64, %k: i64) -> f64[m] where m >= 0 {
    %u: f64[m] = zeros f64[m]
    %two = const i64 2
    %half = map floordiv %n, %two
    %i = norm_index %half, %n, text="index {0} is out of bounds for axis 0 with size {1}"
    %one = const f64 1.0
    %u1: f64[m] = update %u[at %i], %one
    %c = const f64 0.1
    %r: f64[m] = for %t < %k carry (%b: f64[m] = %u1) {
        %s: f64[m] = call @step(%b, %c)
        yield %s
    }
    return %r
}
func @total(%n as m: i64, %k: i64, %at: i64) -> f64 where m >= 0 {
    %u: f64[m] = call @run(%n, %k)
    %s = reduce_sum %u, axes=[0]
    %text = extern str_of %s
    extern print %text
    %line = const str "\n"
    extern print %line
    %i = norm_index %at, %n, text="index {0} is out of bounds for axis 0 with size {1}"
    %x = read %u[at %i]
    return %x
}
"#;

#[test]
fn an_overlapping_stencil_needs_a_temporary_of_the_slice() {
    for n in [2, 3, 4, 17, 100] {
        check(PROGRAM, "step", &[numbers(DType::F64, &[n], 1), Value::f64(0.1)]);
    }
    let s = stats(PROGRAM, "step");
    assert_eq!((s.nests, s.allocations, s.temporaries, s.copies), (2, 1, 1, 0));
}

#[test]
fn a_loop_of_calls_stays_in_place() {
    for (n, k) in [(1000, 100), (3, 5), (1, 0)] {
        check(PROGRAM, "run", &[Value::i64(n), Value::i64(k)]);
    }
    let s = stats(PROGRAM, "run");
    assert_eq!((s.allocations, s.copies), (1, 0));
    let none = check(PROGRAM, "run", &[Value::i64(0), Value::i64(5)]);
    assert_eq!(
        none.results.expect_err("nothing to index"),
        "IndexError: index 0 is out of bounds for axis 0 with size 0"
    );
}

#[test]
fn it_sums_prints_and_raises() {
    let ran = check(PROGRAM, "total", &[Value::i64(1000), Value::i64(100), Value::i64(-1)]);
    assert!(ran.results.is_ok());
    assert_eq!(ran.output.lines().count(), 1);
    let ran = check(PROGRAM, "total", &[Value::i64(1000), Value::i64(100), Value::i64(2000)]);
    assert_eq!(
        ran.results.expect_err("out of bounds"),
        "IndexError: index 2000 is out of bounds for axis 0 with size 1000"
    );
}
