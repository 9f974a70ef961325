//! What the transforms refuse, and how exceptions, cells, calls and axes go through them.

mod common;
use common::*;
use quipu_abi::ErrorKind;
use quipu_ir::core::text::parse;
use quipu_ir::{Func, FuncId, Module, Value};
use quipu_transforms as t;

fn refused(f: Result<Func, t::TransformError>, want: &str) {
    let e = f.expect_err("is refused");
    assert!(e.message.contains(want), "`{}` has no `{want}`", e.message);
}

fn raises(f: &Func, x: &[Value], kind: ErrorKind, text: &str) {
    let e = try_eval(f, x).expect_err("raises");
    assert_eq!((e.kind, &e.text[..]), (kind, text));
}

#[test]
fn exceptions_go_through() {
    let src = probe("checked");
    let perm = |k: i64| Value::i64s(&[1, k, 0, -1]);
    let x = |k, a: &[f64]| vec![Value::f64s(a), perm(k), f(0.8)];
    let good = [0.5, 0.4, 0.3, 0.2];
    let index = "index 7 is out of bounds for axis 0 with size 4";
    for g in [grad(&src, &[0, 2]), value_and_grad(&src, &[0])] {
        raises(&g, &x(7, &good), ErrorKind::IndexError, index);
        raises(&g, &x(2, &[0.5, 0.4, -0.3, 0.2]), ErrorKind::ValueError, "negative at 1");
    }
    // Lanes: the first lane that raises at the first equation that does.
    let over = [Some(0), Some(0), Some(0)];
    for f in [vmap(&src, &over), vmap(&grad(&src, &[0]), &over), grad(&summed(&vmap(&src, &over)), &[0])] {
        assert!(try_eval(&f, &lanes(&[x(2, &good), x(1, &good)])).is_ok());
        raises(&f, &lanes(&[x(2, &good), x(7, &good)]), ErrorKind::IndexError, index);
        raises(&f, &lanes(&[x(9, &good), x(7, &good)]), ErrorKind::IndexError, &index.replace('7', "9"));
    }
}

/// An arm raises: no lane that goes the other way notices.
#[test]
fn arms_that_raise() {
    let src = func(
        "func @main(%x: f64, %k: i64) -> f64 {
            %zero = const f64 0.0
            %bad = map lt %x, %zero
            %r = if %bad {
                %text = const str \"negative\"
                raise ValueError %text
            } else {
                %big = int_mul %k, %k
                %f = cast %big, to=f64
                %y = map sqrt %x
                %z = map mul %y, %f
                yield %z
            }
            return %r
        }",
    );
    check("raising arm", &src, &[f(0.7), i(3)], &[0]);
    raises(&grad(&src, &[0]), &[f(-1.0), i(3)], ErrorKind::ValueError, "negative");
    let b = vmap(&src, &[Some(0), Some(0)]);
    check_lanes("raising arm", &src, &b, &[vec![f(0.5), i(3)], vec![f(0.25), i(4)]]);
    raises(&b, &lanes(&[vec![f(0.5), i(3)], vec![f(-0.5), i(4)]]), ErrorKind::ValueError, "negative");
    let far = i64::MAX / 2;
    let overflow = "a Python int beyond 64 bits";
    raises(&b, &lanes(&[vec![f(0.5), i(3)], vec![f(0.5), i(far)]]), ErrorKind::LimitError, overflow);
    raises(&grad(&src, &[0]), &[f(0.5), i(far)], ErrorKind::LimitError, overflow);
}

/// A handler sees what the body had done: forward mode has a cell of tangents beside each cell.
#[test]
fn handlers_and_cells() {
    let src = func(
        "func @main(%x: f64, %n: i64) -> f64 {
            %c = cell_new %x
            %r = try {
                %y = map mul %x, %x
                cell_set %c, %y
                %two = const i64 2
                %bad = map gt %n, %two
                raise_if ValueError \"{0}\" %bad, %n
                %z = cell_get %c
                %s = map sin %z
                yield %s
            } except ValueError (%kind: i64, %text: str) {
                %w = cell_get %c
                %e = map exp %w
                yield %e
            }
            return %r
        }",
    );
    let j = jvp(&src, &[0]);
    let x: f64 = 0.7;
    for (n, want) in [(1, (x * x).cos() * 2.0 * x), (5, (x * x).exp() * 2.0 * x)] {
        let r = eval(&j, &[f(x), i(n), f(1.0)]).0;
        assert!(close(numbers(&r[1])[0], want, 1e-14), "{n}: {}", r[1]);
    }
    // Reverse mode counts where the body ended.
    let g = grad(&src, &[0]);
    for (n, want) in [(1, (x * x).cos() * 2.0 * x), (5, (x * x).exp() * 2.0 * x)] {
        let r = eval(&g, &[f(x), i(n)]).0;
        assert!(close(numbers(&r[0])[0], want, 1e-14), "{n}: {}", r[0]);
        check("handler", &src, &[f(x), i(n)], &[0]);
    }
    refused(t::vmap(&module(&src), FuncId(0), &[Some(0), None]), "handler");
}

/// Reverse mode refuses what it cannot run twice, and passes by what no tangent goes through.
#[test]
fn handlers_that_are_refused() {
    let nested = func(
        "func @main(%x: f64) -> f64 {
            %c = cell_new %x
            %r = try {
                %q = try {
                    %zero = const f64 0.0
                    %bad = map lt %x, %zero
                    raise_if ValueError \"no\" %bad
                    cell_set %c, %zero
                    yield %x
                } except ValueError (%kind: i64, %text: str) {
                    yield %x
                }
                yield %q
            } except IndexError (%kind2: i64, %text2: str) {
                %w = cell_get %c
                yield %w
            }
            return %r
        }",
    );
    refused(t::grad(&module(&nested), FuncId(0), &[0]), "within a `try`");
    let known = func(
        "func @main(%x: f64, %n: i64) -> f64 {
            %k = try {
                %two = const i64 2
                %bad = map gt %n, %two
                raise_if ValueError \"{0}\" %bad, %n
                yield %n
            } except ValueError (%kind: i64, %text: str) {
                %three = const i64 3
                yield %three
            }
            %f = cast %k, to=f64
            %y = map mul %x, %f
            %z = map mul %y, %y
            return %z
        }",
    );
    check("a handler of integers", &known, &[f(0.7), i(1)], &[0]);
    check("a handler of integers", &known, &[f(0.7), i(7)], &[0]);
}

#[test]
fn refusals_say_why() {
    let m = |text: &str| module(&func(text));
    let lanes_of_trues = m("func @main(%x: f64[n]) -> f64[k] {
            %zero = const f64 0.0
            %b: bool[n] = map gt %x, %zero
            %ix: i64[k] = nonzero %b
            %y: f64[k] = gather %x, %ix, axes=[0], at=0
            return %y
        }");
    refused(t::vmap(&lanes_of_trues, FuncId(0), &[Some(0)]), "np.where");
    let back = checked("vjp", t::vjp(&lanes_of_trues, FuncId(0), &[0]).expect("differentiates"));
    let x = Value::f64s(&[0.5, -1.0, 2.0]);
    let got = eval(&back, &[x.clone(), Value::f64s(&[3.0, 4.0])]).0;
    assert_close("selected", &got[1], &Value::f64s(&[3.0, 0.0, 4.0]), 0.0);
    let text = "the cotangent has 1 elements along axis 0, the result 2";
    raises(&back, &[x, Value::f64s(&[3.0])], ErrorKind::ValueError, text);
    let size_per_lane = m("func @main(%x: f64[n], %k as k: i64) -> f64 where k >= 0 {
            %zero = const i64 0
            %one = const i64 1
            %p: f64[k] = read %x[range %zero %one len k]
            %s = reduce_sum %p, axes=[0]
            return %s
        }");
    refused(t::vmap(&size_per_lane, FuncId(0), &[Some(0), Some(0)]), "size differs between lanes");
    let (f, x) = (size_per_lane.func(FuncId(0)), matrix(3, 5, 1, 0.0, 1.0));
    let b = vmap(f, &[Some(0), None]);
    eval(&b, &[x, i(4)]);
    refused(t::grad(&size_per_lane, FuncId(0), &[1]), "not a float");
    refused(t::grad(&size_per_lane, FuncId(0), &[7]), "no parameter 7");
    refused(t::grad(&lanes_of_trues, FuncId(0), &[0]), "not a float");
    let print = m("func @main(%x: f64) -> f64 {
            %t = extern str_of %x
            extern print %t
            return %x
        }");
    refused(t::vmap(&print, FuncId(0), &[Some(0)]), "lanes");
    assert!(t::grad(&print, FuncId(0), &[0]).is_ok());
    let list = m("func @main(%x: f64) -> f64 {
            %k = list_new f64 %x
            %l: list<f64> = list_concat %k, %k
            %zero = const i64 0
            %y = list_get %l, %zero
            return %y
        }");
    refused(t::grad(&list, FuncId(0), &[0]), "two lists");
    assert!(t::jvp(&list, FuncId(0), &[0]).is_ok());
    // A place in the source comes with the reason.
    let e = t::grad(&list, FuncId(0), &[0]).expect_err("refused");
    assert!(e.loc.is_some());
}

#[test]
fn axes_are_moved_to_the_front() {
    let src = func(
        "func @main(%a: f64[n, m], %x: f64[m]) -> f64[n] {
            %y: f64[n] = matmul %a, %x, batch=0
            return %y
        }",
    );
    let a = matrix(2, 3, 1, 0.0, 1.0);
    let x = matrix(3, 4, 2, 0.0, 1.0);
    let b = vmap(&src, &[None, Some(1)]);
    let got = eval(&b, &[a.clone(), x.clone()]).0;
    let column = |k: usize| Value::f64s(&(0..3).map(|j| numbers(&x)[4 * j + k]).collect::<Vec<_>>());
    let want: Vec<Value> = (0..4).map(|k| eval(&src, &[a.clone(), column(k)]).0[0].clone()).collect();
    assert_close("in_axes", &got[0], &stacked(&want), 1e-14);
    refused(t::vmap(&module(&src), FuncId(0), &[None, Some(2)]), "axis 2");
    refused(t::vmap(&module(&src), FuncId(0), &[None, None]), "axes");
}

const CALLS: &str = "
func @cube(%x: f64[n], %k: i64) -> f64[n] {
    %y: f64[n] = map mul %x, %x
    %z: f64[n] = map mul %x, %y
    %f = cast %k, to=f64
    %w: f64[n] = map mul %z, %f
    return %w
}

func @twice(%x: f64[n]) -> f64[n] {
    %two = const i64 2
    %y: f64[n] = call @cube(%x, %two)
    %z: f64[n] = call @cube(%y, %two)
    return %z
}

func @main(%x: f64[m]) -> f64 {
    %y: f64[m] = call @twice(%x)
    %s = reduce_sum %y, axes=[0]
    return %s
}

func @down(%x: f64, %k: i64) -> f64 {
    %zero = const i64 0
    %one = const i64 1
    %more = map gt %k, %zero
    %r = if %more {
        %j = map sub %k, %one
        %h = map sin %x
        %y = call @down(%h, %j)
        yield %y
    } else {
        yield %x
    }
    return %r
}
";

#[test]
fn calls_are_inlined() {
    let mut m: Module = parse(CALLS).unwrap_or_else(|e| panic!("{e}"));
    let main = m.find("main").expect("there");
    let x = [floats(3, 1, 0.5, 1.5)];
    let g = checked("grad", t::grad(&m, main, &[0]).unwrap_or_else(|e| panic!("{e}")));
    let got = numbers(&eval(&g, &x).0[0]);
    for (d, x) in got.iter().zip(numbers(&x[0])) {
        assert!(close(*d, 16.0 * 9.0 * x.powi(8), 1e-12), "{d} at {x}");
    }
    assert!(t::inline_calls(&mut m, main).expect("no recursion there"));
    assert!(!m.func(main).blocks.iter().flat_map(|b| &b.eqns).any(|e| matches!(e.op, quipu_ir::ops::Op::Call(_))));
    checked("inlined", m.func(main).clone());
    assert!(!t::inline_calls(&mut m, main).expect("nothing left"));
    let down = m.find("down").expect("there");
    refused(t::jvp(&m, down, &[0]), "calls itself");
    refused(t::vmap(&m, down, &[Some(0), None]), "calls itself");
}
