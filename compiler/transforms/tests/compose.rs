//! Transforms of transforms, in every order.

mod common;
use common::*;
use quipu_ir::{Func, Value};

fn cases() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("seidel1", vec![floats(8, 8, 0.1, 0.9), i(2)]),
        ("seidel2", vec![matrix(5, 5, 8, 0.1, 0.9), i(2)]),
        ("slices", vec![floats(10, 8, 0.1, 0.9), f(0.2), i(3)]),
        ("newton_while", vec![floats(5, 5, 0.8, 0.9), f(2.5), i(3)]),
        ("newton_until", vec![floats(5, 5, 0.8, 0.9), f(2.5), i(3)]),
        ("cholesky", vec![spd(4)]),
        ("branch", vec![floats(8, 6, -0.9, 0.9), f(0.7)]),
        ("swap", vec![floats(8, 3, 0.1, 0.9), floats(8, 4, 0.1, 0.9), f(0.1), i(3)]),
        ("captures", vec![spd(4), floats(4, 8, 0.1, 0.9)]),
        ("triangle", vec![matrix(4, 4, 8, 0.1, 0.9)]),
        ("merged", vec![floats(6, 1, 0.1, 0.9), floats(6, 2, 0.1, 0.9), f(0.8)]),
        ("checked", vec![floats(6, 1, 0.1, 0.9), Value::i64s(&[3, -1, 0, 2, -5, 4]), f(0.8)]),
        ("nested_newton", vec![floats(4, 1, 0.5, 3.0), f(1.5)]),
        ("strided", vec![floats(7, 1, 0.5, 3.0), f(1.5), i(2)]),
        ("branch_while", vec![floats(6, 1, 0.1, 0.9), f(0.5), i(5)]),
        ("poison", vec![f(0.3), f(0.2)]),
        ("region", vec![floats(4, 1, 0.5, 0.9), Value::i64s(&[1, 0, 3, 3, 1]), f(0.7)]),
    ]
}

/// Lanes that raise at different places have no common program: for these there is no vmap.
fn handlers() -> Vec<(&'static str, Vec<Value>)> {
    let x = |limit| vec![floats(6, 1, 0.5, 0.9), f(0.8), i(limit)];
    vec![
        ("handler", x(9)),
        ("handler", x(3)),
        ("handler_while", vec![floats(5, 3, 0.4, 1.2), f(0.1)]),
        ("handler_while", vec![floats(5, 3, 0.4, 1.2), f(2.0)]),
    ]
}

/// The Hessian times `d` by differences of gradients.
fn differences(g: &Func, x: &[Value], d: &Value) -> Value {
    let at = |h: f64| {
        let mut x = x.to_vec();
        x[0] = moved(&x[0], d, h);
        eval(g, &x).0[0].clone()
    };
    let (p, m) = (numbers(&at(1e-5)), numbers(&at(-1e-5)));
    let slope: Vec<f64> = p.iter().zip(m).map(|(p, m)| (p - m) / 2e-5).collect();
    with_numbers(&x[0], &slope)
}

/// <grad f, d> as a function of x and d.
fn slope(g: &Func) -> Func {
    let (mut b, _) = quipu_ir::Builder::new("empty", &[], 0);
    b.func = g.clone();
    b.pop_cursor();
    b.push_cursor(Func::ENTRY, None);
    let r = g.block(Func::ENTRY).results[0];
    let ty = b.ty(r);
    let d = b.func.new_var(ty, false);
    b.func.block_mut(Func::ENTRY).params.push(d);
    b.func.consumes.push(false);
    let p = b.mul(r, d);
    let s = if b.func.ty(p).is_scalar() { p } else { b.sum(p) };
    checked("slope", b.finish(&[s]))
}

#[test]
fn second_derivatives() {
    for (name, x) in [cases(), handlers()].concat() {
        let g = grad(&probe(name), &[0]);
        let d = direction(&x[0], 5);
        let want = differences(&g, &x, &d);
        // Forward over reverse.
        let h = jvp(&g, &[0]);
        let with_d = [&x[..], std::slice::from_ref(&d)].concat();
        let (r, st) = eval(&h, &with_d);
        assert_close(&format!("jvp of grad {name}"), &r[1], &want, 2e-5);
        // Reverse over reverse.
        let gg = grad(&slope(&g), &[0]);
        let (rr, st2) = eval(&gg, &with_d);
        assert_close(&format!("grad of grad {name}"), &rr[0], &r[1], 1e-9);
        // Reverse over forward.
        let gj = grad(&jvp_only(&probe(name)), &[0]);
        let (rj, st3) = eval(&gj, &with_d);
        assert_close(&format!("grad of jvp {name}"), &rj[0], &r[1], 1e-9);
        let first = eval(&g, &x).1;
        // Each order costs a small multiple of the gradient, and copies nothing but the slices of `slices`.
        for (what, st) in [("jvp of grad", st), ("grad of grad", st2), ("grad of jvp", st3)] {
            let ratio = st.work() as f64 / first.work() as f64;
            assert!(ratio < 3.0, "{what} {name}: {ratio}");
            // Rows of a region are read whole by the source too.
            assert!(st.copied == 0 || matches!(name, "slices" | "region"), "{what} {name}: {} copied", st.copied);
        }
    }
}

/// The tangent of the first result in the first parameter.
fn jvp_only(f: &Func) -> Func {
    let mut j = jvp(f, &[0]);
    let results = &mut j.block_mut(Func::ENTRY).results;
    let n = f.block(Func::ENTRY).results.len();
    *results = vec![results[n]];
    j
}

#[test]
fn lanes_of_lanes() {
    // Lanes of lanes of rows have sizes that their list does not tell.
    for (name, x) in cases().into_iter().filter(|(name, _)| *name != "region") {
        let src = probe(name);
        let over = vec![Some(0); x.len()];
        let vv = vmap(&vmap(&src, &over), &over);
        let lane = |l: u64| -> Vec<Value> {
            x.iter()
                .enumerate()
                .map(|(k, v)| match v {
                    v if is_inexact(v) => {
                        moved(v, &direction(v, 10 * l + k as u64), if name == "cholesky" { 0.01 } else { 0.15 })
                    }
                    v => v.as_i64().map_or(v.clone(), |n| i((n + l as i64) % 4)),
                })
                .collect()
        };
        let lane = |l: u64| match name {
            // A step of 0 would never end.
            "strided" => {
                let mut x = lane(l);
                x[2] = i(1 + l as i64);
                x
            }
            _ => lane(l),
        };
        let rows: Vec<Vec<Vec<Value>>> = (0..2).map(|r| (0..3).map(|c| lane(3 * r + c)).collect()).collect();
        let args: Vec<Vec<Value>> = rows.iter().map(|r| lanes(r)).collect();
        let got = eval(&vv, &lanes(&args)).0;
        let want: Vec<Value> = rows.iter().flatten().map(|x| eval(&src, x).0[0].clone()).collect();
        assert_close(&format!("vmap of vmap {name}"), &got[0], &stacked(&want), 1e-12);
        // And the gradient of it all.
        let g = grad(&summed(&vv), &[0]);
        let got = eval(&g, &lanes(&args)).0;
        let g1 = grad(&src, &[0]);
        let want: Vec<Value> = rows.iter().flatten().map(|x| eval(&g1, x).0[0].clone()).collect();
        assert_close(&format!("grad of vmap of vmap {name}"), &got[0], &stacked(&want), 1e-9);
        let gvv = vmap(&vmap(&g1, &over), &over);
        let got = eval(&gvv, &lanes(&args)).0;
        assert_close(&format!("vmap of vmap of grad {name}"), &got[0], &stacked(&want), 1e-9);
    }
}

/// The linear function of a linearization is the tangent of jvp; of many directions at once, by vmap.
#[test]
fn linearizations() {
    for (name, x) in [cases(), handlers()].concat() {
        let src = probe(name);
        let wrt: Vec<usize> = (0..x.len()).filter(|k| is_inexact(&x[*k])).collect();
        let lin = quipu_transforms::linearize(&module(&src), quipu_ir::FuncId(0), &wrt).expect("linearizes");
        let (known, linear) = (checked(name, lin.known), checked(name, lin.linear));
        let r = eval(&known, &x).0;
        let residuals = &r[r.len() - lin.residuals..];
        let dirs = |seed: u64| wrt.iter().map(|w| direction(&x[*w], seed)).collect::<Vec<_>>();
        let j = jvp(&src, &wrt);
        let want = |seed: u64| eval(&j, &[&x[..], &dirs(seed)].concat()).0[1].clone();
        let got = eval(&linear, &[residuals, &dirs(1)].concat()).0;
        assert_close(&format!("linearized {name}"), &got[0], &want(1), 1e-12);
        let axes: Vec<Option<usize>> = [vec![None; lin.residuals], vec![Some(0); wrt.len()]].concat();
        let many = vmap(&linear, &axes);
        let all = lanes(&[dirs(1), dirs(2), dirs(3)]);
        let got = eval(&many, &[residuals, &all].concat()).0;
        let want = stacked(&[want(1), want(2), want(3)]);
        assert_close(&format!("linearized {name}, three directions"), &got[0], &want, 1e-12);
    }
}
