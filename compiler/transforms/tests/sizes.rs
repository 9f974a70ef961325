//! Sizes that data decide, on their way through the transforms.

mod common;
use common::*;
use quipu_ir::FuncId;
use quipu_transforms as t;

/// Each arm gives an array of another size.
const ARMS: &str = "func @main(%x: f64[n], %c: bool, %k as k: i64) -> f64 where k >= 0 {
    %zero = const i64 0
    %one = const i64 1
    %two = const f64 2.0
    %y: f64[m] = if %c {
        %p: f64[k] = read %x[range %zero %one len k]
        %q: f64[k] = map sin %p
        yield %q
    } else {
        %j = map add %k, %one
        %r: f64[k + 1] = read %x[range %zero %one len k + 1]
        %s: f64[k + 1] = map mul %r, %two
        yield %s
    }
    %yy: f64[m] = map mul %y, %y
    %z: f64[m] = cumsum %yy, axis=0
    %zz: f64[m] = map mul %z, %y
    %out = reduce_sum %zz, axes=[0]
    return %out
}";

#[test]
fn arms_of_different_sizes() {
    let src = func(ARMS);
    for c in [true, false] {
        let x = [floats(5, 1, 0.2, 0.9), quipu_ir::Value::bool(c), i(3)];
        let (g, _, _) = check("arms", &src, &x, &[0]);
        let d = [&x[..], &[direction(&x[0], 1)]].concat();
        eval(&jvp(&g, &[0]), &d);
        let two = matrix(2, 5, 3, 0.2, 0.9);
        let got = eval(&vmap(&src, &[Some(0), None, None]), &[two.clone(), x[1].clone(), x[2].clone()]).0;
        let rows = [0, 1].map(|l| quipu_ir::Value::f64s(&numbers(&two)[5 * l..5 * l + 5]));
        let want = rows.map(|row| eval(&src, &[row, x[1].clone(), x[2].clone()]).0[0].clone());
        assert_close("arms", &got[0], &stacked(&want), 1e-14);
    }
    let all = t::vmap(&module(&src), FuncId(0), &[Some(0), Some(0), None]);
    assert!(all.is_err_and(|e| e.message.contains("lanes")));
}

/// The array loses its first element each trip.
const SHRINKS: &str = "func @main(consume %x: f64[n], %steps: i64) -> f64 {
    %one = const i64 1
    %r: f64[last] = for %i < %steps carry (%v: f64[m] = %x) {
        %w: f64[max(0, m - 1)] = read %v[range %one %one len max(0, m - 1)]
        %s: f64[max(0, m - 1)] = map sin %w
        yield %s
    }
    %rr: f64[last] = map mul %r, %r
    %y = reduce_sum %rr, axes=[0]
    return %y
}";

#[test]
fn arrays_that_shrink() {
    let src = func(SHRINKS);
    let x = [floats(6, 1, 0.2, 0.9), i(3)];
    let d = direction(&x[0], 3);
    let j = eval(&jvp(&src, &[0]), &[&x[..], std::slice::from_ref(&d)].concat()).0;
    let at = |h: f64| numbers(&eval(&src, &[moved(&x[0], &d, h), i(3)]).0[0])[0];
    assert!(close(numbers(&j[1])[0], (at(1e-6) - at(-1e-6)) / 2e-6, 1e-7));
    let other = [floats(6, 2, 0.2, 0.9), i(3)];
    let two = [stacked(&[x[0].clone(), other[0].clone()]), i(3)];
    let got = eval(&vmap(&src, &[Some(0), None]), &two).0;
    let want = [eval(&src, &x).0[0].clone(), eval(&src, &other).0[0].clone()];
    assert_close("shrinks", &got[0], &stacked(&want), 1e-14);
    let e = t::vmap(&module(&src), FuncId(0), &[Some(0), Some(0)]).expect_err("another size per lane");
    assert!(e.message.contains("size differs"), "{e}");
    let e = t::grad(&module(&src), FuncId(0), &[0]).expect_err("refused");
    assert!(e.message.contains("size changes"), "{e}");
}

/// Sizes made from data: nonzero, lists.
#[test]
fn selected_elements() {
    let src = func(
        "func @main(%x: f64[n], %a: f64) -> f64 {
            %b: bool[n] = map gt %x, %a
            %ix: i64[k] = nonzero %b
            %y: f64[k] = gather %x, %ix, axes=[0], at=0
            %len = size k
            %z: f64[k] = zeros f64[k]
            %r: f64[k] = for %i < %len carry (%c: f64[k] = %z) {
                %v = read %y[at %i]
                %w = map exp %v
                %wa = map mul %w, %a
                %d: f64[k] = update_add %c[at %i], %wa
                yield %d
            }
            %rr: f64[k] = map mul %r, %y
            %out = reduce_sum %rr, axes=[0]
            return %out
        }",
    );
    let x = [floats(8, 1, -0.9, 0.9), f(0.1)];
    let (g, _, st) = check("selected", &src, &x, &[0, 1]);
    assert_eq!(st.copied, 0);
    check("selected, empty", &src, &[floats(8, 1, -0.9, 0.0), f(0.1)], &[0, 1]);
    let h = jvp(&g, &[0]);
    eval(&h, &[&x[..], &[direction(&x[0], 1)]].concat());
    let gg = grad(&summed(&grad(&src, &[0])), &[0]);
    eval(&gg, &x);
}
