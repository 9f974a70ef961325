//! The probes of derivatives: in-place loops through reverse mode and vmap, with the work that they cost.

mod common;
use common::*;
use quipu_ir::Value;
use quipu_ir::core::eval::Stats;

fn line(name: &str, n: usize, trips: usize, p: &Stats, g: &Stats) {
    let t = trips.max(1) as f64;
    println!(
        "{name:<14} n={n:<4} primal/trip {:6.2} gradient/trip {:6.2} ratio {:.2} copied {} copies {} pushes/trip {:.2} taped/trip {:.2}",
        p.work() as f64 / t,
        g.work() as f64 / t,
        g.work() as f64 / p.work() as f64,
        g.copied,
        g.copies,
        g.pushes as f64 / t,
        g.taped as f64 / t
    );
}

fn newton(n: usize) -> Vec<Value> {
    vec![floats(n, 5, 0.8, 0.9), f(2.5), i(3)]
}

#[test]
fn gradients() {
    for n in [16, 32, 64] {
        let (_, p, g) = check("seidel1", &probe("seidel1"), &[floats(n, 1, 0.1, 0.9), i(3)], &[0]);
        line("seidel1", n, 3 * (n - 2), &p, &g);
    }
    for n in [6, 12, 24] {
        let (_, p, g) = check("seidel2", &probe("seidel2"), &[matrix(n, n, 2, 0.1, 0.9), i(2)], &[0]);
        line("seidel2", n, 2 * (n - 2) * (n - 2), &p, &g);
    }
    for n in [6, 12, 24] {
        let (_, p, g) = check("cholesky", &probe("cholesky"), &[spd(n)], &[0]);
        line("cholesky", n, (n * (n - 1) * (n - 2)) / 6 + n * (n - 1) + n, &p, &g);
    }
    for (n, t) in [(16, 0), (16, 1), (16, 4), (16, 5), (32, 5), (64, 5)] {
        let x = [floats(n, 3, 0.1, 0.9), floats(n, 4, 0.1, 0.9), f(0.1), i(t as i64)];
        let (_, p, g) = check("swap", &probe("swap"), &x, &[0, 1, 2]);
        line("swap", n, t * (n - 2), &p, &g);
    }
    for n in [8, 32, 128] {
        let (_, p, g) = check("newton_while", &probe("newton_while"), &newton(n), &[0, 1]);
        line("newton_while", n, 1, &p, &g);
        let (_, p, g) = check("newton_until", &probe("newton_until"), &newton(n), &[0, 1]);
        line("newton_until", n, 1, &p, &g);
    }
    for n in [8, 16, 32] {
        let (_, p, g) = check("branch", &probe("branch"), &[floats(n, 6, -0.9, 0.9), f(0.7)], &[0, 1]);
        line("branch", n, n, &p, &g);
    }
    for n in [16, 32, 64] {
        let (_, p, g) = check("slices", &probe("slices"), &[floats(n, 8, 0.1, 0.9), f(0.2), i(4)], &[0, 1]);
        line("slices", n, 4 * (n - 2), &p, &g);
    }
    for n in [6, 12, 24] {
        let (_, p, g) = check("captures", &probe("captures"), &[spd(n), floats(n, 8, 0.1, 0.9)], &[0, 1]);
        line("captures", n, n * n, &p, &g);
    }
    for n in [6, 12, 24] {
        let (_, p, g) = check("triangle", &probe("triangle"), &[matrix(n, n, 8, 0.1, 0.9)], &[0]);
        line("triangle", n, n * n / 2, &p, &g);
    }
    for n in [8, 16, 32] {
        let x = [floats(n, 1, 0.1, 0.9), floats(n, 2, 0.1, 0.9), f(0.8)];
        let (_, p, g) = check("merged", &probe("merged"), &x, &[0, 1, 2]);
        line("merged", n, n, &p, &g);
    }
    for n in [8, 16, 32] {
        let perm: Vec<i64> = (0..n as i64).map(|k| (3 * k) % n as i64 - n as i64).collect();
        let x = [floats(n, 1, 0.1, 0.9), Value::i64s(&perm), f(0.8)];
        let (_, p, g) = check("checked", &probe("checked"), &x, &[0, 2]);
        line("checked", n, n, &p, &g);
    }
}

fn cases() -> Vec<(&'static str, Vec<Vec<Value>>, Vec<usize>)> {
    let lanes = |f: &dyn Fn(u64) -> Vec<Value>| (0..3).map(f).collect::<Vec<_>>();
    vec![
        ("seidel1", lanes(&|l| vec![floats(16, l, 0.1, 0.9), i(1 + l as i64)]), vec![0]),
        (
            "swap",
            lanes(&|l| vec![floats(16, l, 0.1, 0.9), floats(16, l + 9, 0.1, 0.9), f(0.1), i(l as i64)]),
            vec![0, 1, 2],
        ),
        ("branch", lanes(&|l| vec![floats(16, l, -0.9, 0.9), f(0.5)]), vec![0, 1]),
        ("cholesky", lanes(&|l| vec![moved(&spd(8), &direction(&spd(8), l), 0.01)]), vec![0]),
        ("slices", lanes(&|l| vec![floats(16, l, 0.1, 0.9), f(0.1), i(l as i64)]), vec![0, 1]),
        ("nested_newton", lanes(&|l| vec![floats(12, l, 0.5, 3.0), f(1.0 + l as f64)]), vec![0, 1]),
        ("strided", lanes(&|l| vec![floats(12, l, 0.5, 3.0), f(1.5), i(1 + l as i64)]), vec![0, 1]),
        ("branch_while", lanes(&|l| vec![floats(12, l, 0.1, 0.9), f(0.5), i([12, 0, 7][l as usize])]), vec![0, 1]),
        ("poison", lanes(&|l| vec![f(0.3 * l as f64), f(0.2)]), vec![0, 1]),
        ("newton_while", lanes(&|l| vec![floats(8, l, 0.8, 0.9), f(2.5 + l as f64), i(l as i64)]), vec![0, 1]),
        ("newton_until", lanes(&|l| vec![floats(8, l, 0.8, 0.9), f(2.5 + l as f64), i(l as i64)]), vec![0, 1]),
        ("triangle", lanes(&|l| vec![matrix(6, 6, l, 0.1, 0.9)]), vec![0]),
        ("merged", lanes(&|l| vec![floats(8, l, 0.1, 0.9), floats(8, l + 3, 0.1, 0.9), f(0.8)]), vec![0, 1, 2]),
        ("checked", lanes(&|l| vec![floats(4, l, 0.1, 0.9), Value::i64s(&[l as i64, -1, 0, -2]), f(0.8)]), vec![0, 2]),
    ]
}

#[test]
fn lanes_of_gradients() {
    for (name, x, wrt) in cases() {
        let src = probe(name);
        let over = vec![Some(0); x[0].len()];
        let batched = vmap(&src, &over);
        let (st, _) = check_lanes(&format!("vmap {name}"), &src, &batched, &x);
        let g = value_and_grad(&src, &wrt);
        let vg = vmap(&g, &over);
        let (gst, want) = check_lanes(&format!("vmap grad {name}"), &g, &vg, &x);
        let gv = value_and_grad(&summed(&batched), &wrt);
        let (got, vst) = eval(&gv, &lanes(&x));
        for k in 1..=wrt.len() {
            assert_close(&format!("grad vmap {name}"), &got[k], &want[k], 1e-9);
        }
        println!(
            "{name:<14} vmap work {} copied {} | vmap of grad work {} copied {} | grad of vmap work {} copied {}",
            st.work(),
            st.copied,
            gst.work(),
            gst.copied,
            vst.work(),
            vst.copied
        );
    }
}
