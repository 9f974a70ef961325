//! What fuses, what is stored, what is updated in place: counts, and the values all the same.

mod common;
use common::{check, numbers, stats};
use quipu_abi::DType;
use quipu_ir::{Array, Value};

fn arrays(shape: &[usize], n: usize) -> Vec<Value> {
    (0..n).map(|k| numbers(DType::F64, shape, 10 + k as u64)).collect()
}

/// (nests, allocations, temporaries, copies) of `@f`, which is run too.
fn counts(text: &str, args: &[Value]) -> (u32, u32, u32, u32) {
    check(text, "f", args);
    let s = stats(text, "f");
    (s.nests, s.allocations, s.temporaries, s.copies)
}

#[test]
fn maps_have_no_temporaries() {
    let text = "
func @f(%a: f64[n], %b: f64[n], %c: f64[n]) -> f64[n] {
    %p = map mul %a, %b
    %q = map add %p, %c
    %z: f64[n] = map sin %q
    return %z
}";
    assert_eq!(counts(text, &arrays(&[33], 3)), (1, 1, 0, 0));
}

#[test]
fn a_sum_of_products_is_one_loop() {
    let text = "
func @f(%a: f64[n], %b: f64[n]) -> f64 {
    %p = map mul %a, %b
    %s = reduce_sum %p, axes=[0]
    return %s
}";
    assert_eq!(counts(text, &arrays(&[1234], 2)), (1, 0, 0, 0));
}

#[test]
fn a_sum_of_a_matrix_is_one_row() {
    let text = "
func @f(%a: f64[n, m], %b: f64[n, m]) -> f64 {
    %p = map mul %a, %b
    %s = reduce_sum %p, axes=[0, 1]
    return %s
}";
    assert_eq!(counts(text, &arrays(&[31, 17], 2)), (1, 0, 0, 0));
}

#[test]
fn jacobi_is_one_nest() {
    let text = "
func @f(%a: f64[n, m], consume %b: f64[n, m]) -> f64[n, m] {
    %0 = const i64 0
    %1 = const i64 1
    %2 = const i64 2
    %w = const f64 0.2
    %mid = read %a[range %1 %1 len max(0, n - 2), range %1 %1 len max(0, m - 2)]
    %up = read %a[range %0 %1 len max(0, n - 2), range %1 %1 len max(0, m - 2)]
    %down = read %a[range %2 %1 len max(0, n - 2), range %1 %1 len max(0, m - 2)]
    %left = read %a[range %1 %1 len max(0, n - 2), range %0 %1 len max(0, m - 2)]
    %right = read %a[range %1 %1 len max(0, n - 2), range %2 %1 len max(0, m - 2)]
    %s1 = map add %mid, %left
    %s2 = map add %s1, %right
    %s3 = map add %s2, %down
    %s4 = map add %s3, %up
    %v = map mul %w, %s4
    %r: f64[n, m] = update %b[range %1 %1 len max(0, n - 2), range %1 %1 len max(0, m - 2)], %v
    return %r
}";
    assert_eq!(counts(text, &arrays(&[9, 12], 2)), (1, 0, 0, 0));
    assert_eq!(counts(text, &arrays(&[2, 12], 2)), (1, 0, 0, 0));
}

/// `u[w] = v(u[r])` for slices that start at w and r.
fn shifted(write: usize, read: usize) -> String {
    format!(
        "
func @f(consume %u: f64[n]) -> f64[n] where n >= 4 {{
    %w = const i64 {write}
    %r = const i64 {read}
    %one = const i64 1
    %v = read %u[range %r %one len n - 3]
    %k = const f64 2.0
    %t = map mul %v, %k
    %x: f64[n] = update %u[range %w %one len n - 3], %t
    return %x
}}"
    )
}

#[test]
fn one_directional_overlap_is_a_direction() {
    for (write, read) in [(1, 0), (0, 1), (2, 2), (3, 1), (0, 3)] {
        assert_eq!(counts(&shifted(write, read), &arrays(&[50], 1)), (1, 0, 0, 0), "{write} from {read}");
    }
}

#[test]
fn a_reversed_or_transposed_overlap_needs_a_temporary() {
    let reversed = "
func @f(consume %u: f64[n]) -> f64[n] {
    %one = const i64 1
    %ones = const i64 -1
    %last = size n - 1
    %v = read %u[range %last %ones len n]
    %x: f64[n] = update %u[:], %v
    return %x
}";
    assert_eq!(counts(reversed, &arrays(&[11], 1)), (2, 1, 1, 0));
    let transposed = "
func @f(consume %u: f64[n, n]) -> f64[n, n] {
    %t = permute %u, perm=[1, 0]
    %s = map add %u, %t
    %x: f64[n, n] = update %u[:, :], %s
    return %x
}";
    assert_eq!(counts(transposed, &arrays(&[7, 7], 1)), (2, 1, 1, 0));
}

#[test]
fn other_rows_do_not_overlap() {
    let text = "
func @f(consume %u: f64[n, m]) -> f64[n, m] where n >= 3 {
    %one = const i64 1
    %k = size n - 1
    %r: f64[n, m] = for %j < %k carry (%b: f64[n, m] = %u) {
        %i = map add %j, %one
        %above = read %b[at %j, :]
        %here = read %b[at %i, :]
        %s = map add %above, %here
        %c: f64[n, m] = update %b[at %i, :], %s
        yield %c
    }
    return %r
}";
    assert_eq!(counts(text, &arrays(&[6, 9], 1)), (1, 0, 0, 0));
}

#[test]
fn a_recipe_is_stored_before_its_base_changes() {
    let text = "
func @f(consume %u: f64[n], %v: f64[n]) -> (f64[n], f64) where n >= 2 {
    %zero = const i64 0
    %one = const i64 1
    %old = read %u[range %zero %one len n - 1]
    %x = const f64 7.0
    %w: f64[n] = update %u[at %one], %x
    %s = reduce_sum %old, axes=[0]
    return %w, %s
}";
    assert_eq!(counts(text, &arrays(&[9], 2)), (2, 1, 0, 0));
}

#[test]
fn expensive_work_with_two_uses_is_done_once() {
    let text = "
func @f(%a: f64[n]) -> (f64[n], f64) {
    %e = map exp %a
    %s = reduce_sum %e, axes=[0]
    %r: f64[n] = map div %e, %s
    return %r, %s
}";
    assert_eq!(counts(text, &arrays(&[40], 1)), (3, 2, 0, 0));
}

#[test]
fn a_parameter_that_is_only_lent_is_copied_before_a_store() {
    let text = "
func @f(%a: f64[n]) -> f64[n] {
    %b: f64[n] = copy %a
    %zero = const i64 0
    %x = const f64 7.0
    %w: f64[n] = update %b[at %zero], %x
    return %w
}";
    // The program asked for this copy.
    assert_eq!(counts(text, &arrays(&[5], 1)), (1, 1, 0, 0));
}

#[test]
fn views_of_views() {
    let text = "
func @f(%a: f64[n, m]) -> (f64[m, n], f64[4], f64[k]) where n >= 5, m >= 3 {
    %0 = const i64 0
    %1 = const i64 1
    %2 = const i64 2
    %ones = const i64 -1
    %t: f64[m, n] = permute %a, perm=[1, 0]
    %row = read %t[at %2, :]
    %part: f64[4] = read %row[range %1 %1 len 4]
    %last = size m - 1
    %back = read %t[range %last %ones len m, at %0]
    %flat: f64[k] = reshape %back, dims=[m]
    return %t, %part, %flat
}";
    let text = text.replace("f64[k]", "f64[m]");
    check(&text, "f", &arrays(&[6, 4], 1));
}

#[test]
fn broadcasts_fills_and_ranges() {
    let text = "
func @f(%a: f64[n], %b: f64[m]) -> f64[n, m] {
    %x = broadcast %a, dims=[n, m], axes=[0]
    %y = broadcast %b, dims=[n, m], axes=[1]
    %i = iota dims=[n, m], axis=1
    %fi = cast %i, to=f64
    %p = map mul %x, %y
    %q: f64[n, m] = map add %p, %fi
    return %q
}";
    let args = [numbers(DType::F64, &[5], 1), numbers(DType::F64, &[7], 2)];
    assert_eq!(counts(text, &args), (1, 1, 0, 0));
}

#[test]
fn gathers_scatters_and_masks() {
    let text = r#"
func @f(consume %a: f64[n], %ix: i64[k]) -> (f64[n], f64[k], f64, f64[n, n]) {
    %n = size n
    %i = norm_index %ix, %n, text="index {0} is out of bounds for axis 0 with size {1}"
    %g: f64[k] = gather %a, %i, axes=[0], at=0
    %zero = const f64 0.0
    %neg = map lt %a, %zero
    %j: i64[j] = nonzero %neg
    %part = gather %a, %j, axes=[0], at=0
    %s = reduce_sum %part, axes=[0]
    %c: f64[n] = copy %a
    %t = map mul %g, %g
    %r: f64[n] = scatter %c, %i, %t, axes=[0], at=0
    %r2: f64[n] = scatter_add %r, %i, %g, axes=[0], at=0
    %x = broadcast %a, dims=[n, n], axes=[1]
    %y: f64[n, n] = concat %x, axis=0
    return %r2, %g, %s, %y
}"#;
    let args = [numbers(DType::F64, &[9], 4), Value::i64s(&[3, -1, 0, 3, 8])];
    check(text, "f", &args);
    let bad = [numbers(DType::F64, &[9], 4), Value::i64s(&[3, -10, 0])];
    let ran = check(text, "f", &bad);
    assert_eq!(ran.results.expect_err("out"), "IndexError: index -10 is out of bounds for axis 0 with size 9");
}

#[test]
fn sorts_products_and_joins() {
    let text = "
func @f(%a: f64[n, m], %b: f64[m, n], %v: f64[m]) -> (f64[n, m], i64[n, m], f64[n, n], f64[n], f64, f64[2*n, m]) {
    %s: f64[n, m] = sort %a, axis=1
    %i: i64[n, m] = argsort %a, axis=0
    %p: f64[n, n] = matmul %a, %b
    %q: f64[n] = matmul %a, %v
    %d = matmul %v, %v
    %j: f64[2*n, m] = concat %a, %s, axis=0
    return %s, %i, %p, %q, %d, %j
}";
    // Whole numbers: sums are exact in any order.
    let whole = |shape: &[usize], k: i64| {
        let n: usize = shape.iter().product();
        let x = (0..n as i64).map(|i| quipu_ir::Scalar::F64(((i * 7 + k) % 11) as f64));
        Value::array(Array::from_scalars(DType::F64, shape.to_vec(), x))
    };
    let s = stats(text, "f");
    assert_eq!((s.allocations, s.copies), (5, 0));
    check(text, "f", &[whole(&[4, 5], 1), whole(&[5, 4], 2), whole(&[5], 3)]);
}

#[test]
fn checks_that_the_loop_makes_needless_are_dropped() {
    // for i in range(1, n - 1): b[i] = a[i - 1] + a[i + 1]
    let text = r#"
func @f(%a: f64[n], consume %b: f64[n]) -> f64[n] {
    %n = size n
    %one = const i64 1
    %trip = size max(0, n - 2)
    %r: f64[n] = for %k < %trip carry (%c: f64[n] = %b) {
        %i = int_add %k, %one
        %l = int_sub %i, %one
        %u = int_add %i, %one
        %il = norm_index %l, %n, text="low {0} {1}"
        %iu = norm_index %u, %n, text="high {0} {1}"
        %ii = norm_index %i, %n, text="here {0} {1}"
        %x = read %a[at %il]
        %y = read %a[at %iu]
        %s = map add %x, %y
        %d: f64[n] = update %c[at %ii], %s
        yield %d
    }
    return %r
}
func @g(%a: f64[n]) -> f64 {
    %n = size n
    %zero = const f64 0.0
    %r = for %k < %n carry (%s: f64 = %zero) {
        %one = const i64 1
        %u = int_add %k, %one
        %i = norm_index %u, %n, text="index {0} is out of bounds for axis 0 with size {1}"
        %x = read %a[at %i]
        %t = map add %s, %x
        yield %t
    }
    return %r
}"#;
    for n in [0, 1, 2, 3, 9] {
        check(text, "f", &arrays(&[n], 2));
    }
    let m = common::read(text);
    let out = common::lowered(&m);
    let fails = |k: usize| out.module.funcs[k].to_string().matches("IndexError").count();
    assert_eq!((fails(0), fails(1)), (0, 1));
    let ran = check(text, "g", &arrays(&[4], 1));
    assert_eq!(ran.results.expect_err("one too far"), "IndexError: index 4 is out of bounds for axis 0 with size 4");
}
