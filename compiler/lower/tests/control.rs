//! Blocks under conditions and in loops, calls, lists, exceptions.

mod common;
use common::{check, numbers, stats};
use quipu_abi::DType;
use quipu_ir::Value;

#[test]
fn loops_with_an_end_reversed_and_while() {
    let text = "
func @f(%n: i64, %x: f64) -> (f64, i64, f64, i64) {
    %lim = const f64 100.0
    %two = const f64 2.0
    %one = const i64 1
    %zero = const i64 0
    %r, %trips: i64 = for until %i < %n carry (%a: f64 = %x) {
        %b = map mul %a, %two
        %stop = map gt %b, %lim
        yield %b, %stop
    }
    %s = for reverse %j < %n carry (%c: f64 = %x) {
        %jf = cast %j, to=f64
        %d = map mul %c, %two
        %e = map sub %jf, %d
        yield %e
    }
    %k = while (%m: i64 = %n) {
        %go = map gt %m, %one
        yield %go
    } do (%m2: i64) {
        %t = const i64 2
        %odd = map mod %m2, %t
        %is = map eq %odd, %zero
        %next = if %is {
            %h = map floordiv %m2, %t
            yield %h
        } else {
            %th = const i64 3
            %u = map mul %m2, %th
            %w = map add %u, %one
            yield %w
        }
        yield %next
    }
    return %r, %trips, %s, %k
}";
    for n in [-3, 0, 1, 5, 27] {
        check(text, "f", &[Value::i64(n), Value::f64(1.5)]);
    }
}

#[test]
fn swapped_buffers_need_no_copies() {
    let text = "
func @f(consume %u: f64[n], consume %v: f64[n], %k: i64) -> (f64[n], f64[n]) {
    %w = const f64 0.5
    %a: f64[n], %b: f64[n] = for %i < %k carry (%p: f64[n] = %u, %q: f64[n] = %v) {
        %m = map mul %p, %w
        %r: f64[n] = update %q[:], %m
        yield %r, %p
    }
    return %a, %b
}";
    for k in [0, 1, 2, 5] {
        check(text, "f", &[numbers(DType::F64, &[6], 1), numbers(DType::F64, &[6], 2), Value::i64(k)]);
    }
    let s = stats(text, "f");
    assert_eq!((s.nests, s.allocations, s.copies), (1, 0, 0));
}

#[test]
fn buffers_of_other_sizes_are_carried_and_freed() {
    let text = "
func @f(consume %u: f64[n], %k: i64) -> f64[m] {
    %r: f64[m] = for %i < %k carry (%p: f64[a] = %u) {
        %q: f64[2*a] = concat %p, %p, axis=0
        yield %q
    }
    return %r
}";
    for k in [0, 1, 4] {
        check(text, "f", &[numbers(DType::F64, &[3], 1), Value::i64(k)]);
    }
}

#[test]
fn arms_store_into_what_they_are_given() {
    let text = "
func @f(%c: bool, consume %u: f64[n], %x: f64) -> f64[n] where n >= 1 {
    %zero = const i64 0
    %r: f64[n] = if %c (%p: f64[n] = %u) {
        %a: f64[n] = update %p[at %zero], %x
        yield %a
    } else (%q: f64[n] = %u) {
        %b: f64[n] = broadcast %x, dims=[n], axes=[]
        yield %b
    }
    return %r
}";
    for c in [true, false] {
        check(text, "f", &[Value::bool(c), numbers(DType::F64, &[4], 1), Value::f64(9.0)]);
    }
}

#[test]
fn recursion_and_its_limit() {
    let text = "
func @f(%n: i64) -> i64 {
    %two = const i64 2
    %one = const i64 1
    %small = map lt %n, %two
    %r = if %small {
        yield %n
    } else {
        %a = int_sub %n, %one
        %b = int_sub %n, %two
        %x = call @f(%a)
        %y = call @f(%b)
        %z = int_add %x, %y
        yield %z
    }
    return %r
}
func @deep(%n: i64) -> i64 {
    %one = const i64 1
    %zero = const i64 0
    %none = map eq %n, %zero
    %r = if %none {
        yield %zero
    } else {
        %m = map sub %n, %one
        %q = call @deep(%m)
        %s = int_add %q, %one
        yield %s
    }
    return %r
}";
    check(text, "f", &[Value::i64(15)]);
    let ran = check(text, "deep", &[Value::i64(1 << 40)]);
    assert_eq!(ran.results.expect_err("endless"), "RecursionError: maximum recursion depth exceeded");
}

#[test]
fn lists_of_numbers_and_rows() {
    let text = "
func @f(%n: i64) -> (i64, f64, f64, i64[m]) {
    %l = list_new i64
    %zero = const i64 0
    %one = const i64 1
    %l2 = for %i < %n carry (%a: list<i64> = %l) {
        %sq = map mul %i, %i
        %b = list_push %sq, %a
        yield %b
    }
    %seven = const i64 7
    %l3 = list_insert %seven, %l2, %zero
    %l4, %x = list_pop %l3, %one
    %l5 = list_set %x, %l4, %zero
    %len = list_len %l5
    %two = const i64 2
    %half = map floordiv %len, %two
    %part = list_slice %l5, %zero, %two, %half
    %both = list_concat %part, %l5
    %arr: i64[m] = array_of_list %both
    %rows = list_new f64[k]
    %rows2 = for %j < %n carry (%c: list<f64[k]> = %rows) {
        %jf = cast %j, to=f64
        %row = broadcast %jf, dims=[3], axes=[]
        %d = list_push %row, %c
        yield %d
    }
    %first: f64[p] = list_get %rows2, %one
    %s = reduce_sum %first, axes=[0]
    %other: f64[q] = list_get %rows2, %zero
    %big = const f64 100.0
    %new = broadcast %big, dims=[2], axes=[]
    %rows3 = list_set %new, %rows2, %zero
    %t = reduce_sum %other, axes=[0]
    %now: f64[v] = list_get %rows3, %zero
    %u = reduce_sum %now, axes=[0]
    %tu = map add %t, %u
    return %len, %s, %tu, %arr
}";
    check(text, "f", &[Value::i64(6)]);
}

#[test]
fn handlers_see_cells_as_they_were() {
    let text = r#"
func @f(%n: i64, %k: i64) -> (f64[4], i64, i64) {
    %z = const f64 0.0
    %a = broadcast %z, dims=[4], axes=[]
    %cell = cell_new %a
    %zero = const i64 0
    %count = cell_new %zero
    %r = try {
        %end = for %i < %n carry (%s: i64 = %zero) {
            %four = const i64 4
            %j = norm_index %i, %k, text="index {0} is out of bounds for axis 0 with size {1}"
            %b = cell_take %cell
            %f = cast %i, to=f64
            %one = const i64 1
            %c = update %b[at %zero], %f
            cell_set %cell, %c
            %m = map add %i, %one
            cell_set %count, %m
            yield %m
        }
        yield %end
    } except LookupError (%kind: i64, %text: str) {
        yield %kind
    }
    %out: f64[4] = cell_take %cell
    %done = cell_get %count
    return %out, %r, %done
}"#;
    for (n, k) in [(3, 10), (5, 3), (0, 0), (1, 0)] {
        check(text, "f", &[Value::i64(n), Value::i64(k)]);
    }
}

#[test]
fn raising() {
    let text = r#"
func @f(%n: i64, %x: f64) -> f64 {
    %zero = const i64 0
    %bad = map lt %n, %zero
    raise_if ValueError "negative: {0}" %bad, %n
    %none = map eq %n, %zero
    %r = if %none {
        %t = const str "nothing {here}"
        raise KeyError %t
    } else {
        yield %x
    }
    %one = const i64 1
    %single = map eq %n, %one
    %q = if %single {
        %s = extern str_of %x
        raise RuntimeError %s
    } else {
        yield %r
    }
    return %q
}"#;
    for n in [-2, 0, 1, 2] {
        check(text, "f", &[Value::i64(n), Value::f64(2.5)]);
    }
}

#[test]
fn a_list_of_rows_is_copied_with_its_rows() {
    let text = "
func @f(%n: i64) -> (f64, f64) {
    %zero = const i64 0
    %x = const f64 1.5
    %row = broadcast %x, dims=[4], axes=[]
    %l = list_new f64[k] %row
    %m = copy %l
    %y = const f64 -2.0
    %other = broadcast %y, dims=[3], axes=[]
    %m2 = list_set %other, %m, %zero
    %a: f64[p] = list_get %l, %zero
    %b: f64[q] = list_get %m2, %zero
    %s = reduce_sum %a, axes=[0]
    %t = reduce_sum %b, axes=[0]
    return %s, %t
}";
    let ran = check(text, "f", &[Value::i64(0)]);
    let sums = ran.results.expect("no error");
    assert!(sums[0].same(&Value::f64(6.0)) && sums[1].same(&Value::f64(-6.0)));
}
