//! Values of other kinds: lists, complex numbers, float32, loops that end early with a trip count per lane.

mod common;
use common::*;
use quipu_ir::Value;
use quipu_ir::core::value::Scalar;

/// A list that grows, is changed, and becomes an array.
const LIST: &str = "func @main(%x: f64[n], %c: f64) -> f64 {
    %n = size n
    %zero = const i64 0
    %l: list<f64> = list_new f64
    %r: list<f64> = for %i < %n carry (%p: list<f64> = %l) {
        %v = read %x[at %i]
        %s = map sin %v
        %w = map mul %s, %c
        %q: list<f64> = list_push %w, %p
        yield %q
    }
    %first = list_get %r, %zero
    %sq = map mul %first, %first
    %r2: list<f64> = list_set %sq, %r, %zero
    %r3: list<f64>, %last = list_pop %r2, %zero
    %r4: list<f64> = list_concat %r3, %r3
    %a: f64[m] = array_of_list %r4
    %aa: f64[m] = map mul %a, %a
    %y = reduce_sum %aa, axes=[0]
    %out = map mul %y, %last
    return %out
}";

#[test]
fn lists() {
    let src = func(LIST);
    let x = [floats(5, 1, 0.2, 0.9), f(1.5)];
    let dirs = [direction(&x[0], 2), f(0.3)];
    let at = |h: f64| numbers(&eval(&src, &[moved(&x[0], &dirs[0], h), f(1.5 + 0.3 * h)]).0[0])[0];
    let got = eval(&jvp(&src, &[0, 1]), &[x.clone(), dirs.clone()].concat()).0;
    assert!(close(numbers(&got[1])[0], (at(1e-6) - at(-1e-6)) / 2e-6, 1e-7));
    let b = vmap(&src, &[Some(0), Some(0)]);
    check_lanes("list", &src, &b, &[x.to_vec(), vec![floats(5, 2, 0.2, 0.9), f(0.5)]]);
    let j = jvp(&src, &[0]);
    let lane = |l: u64| vec![floats(5, l, 0.2, 0.9), f(0.5), floats(5, l + 7, -1.0, 1.0)];
    check_lanes("list, jvp", &j, &vmap(&j, &[Some(0); 3]), &[lane(1), lane(2), lane(3)]);
}

fn c(re: f64, im: f64) -> Value {
    Value::Scalar(Scalar::C128([re, im]))
}

/// Recorded from jax.grad (JAX 0.10.2, 64 bits): complex numbers, and where derivatives jump.
#[test]
fn gradients_are_jaxs() {
    let z = || c(0.5, -0.25);
    let cases: Vec<(&str, &str, Vec<Value>, Vec<Value>)> = vec![
        ("%z: c128", "%r = map abs %z\n%y = map mul %r, %r", vec![c(1.0, 2.0)], vec![c(2.0, -4.0)]),
        (
            "%z: c128",
            "%a = map mul %z, %z\n%b = map mul %a, %z\n%e = map exp %z\n%w = map mul %b, %e\n%y = map real %w",
            vec![z()],
            vec![c(0.5724627764364602, -1.7148551732976958)],
        ),
        (
            "%z: c128",
            "%a = map conj %z\n%b = map mul %z, %z\n%w = map mul %a, %b\n%y = map imag %w",
            vec![z()],
            vec![c(-0.25, -0.4375)],
        ),
        (
            "%z: c128",
            "%a = map log %z\n%w = map mul %z, %a\n%y = map real %w",
            vec![z()],
            vec![c(0.41842459509715957, -0.4636476090008061)],
        ),
        ("%z: c128", "%y = map abs %z", vec![c(0.0, 0.0)], vec![c(0.0, 0.0)]),
        ("%x: f64", "%y = map abs %x", vec![f(0.0)], vec![f(1.0)]),
        ("%x: f64, %a: f64", "%y = map maximum %x, %a", vec![f(1.0), f(1.0)], vec![f(0.5), f(0.5)]),
        ("%x: f64, %a: f64", "%y = map pow %x, %a", vec![f(0.0), f(2.0)], vec![f(0.0), f(0.0)]),
        ("%x: f64, %a: f64", "%y = map pow %x, %a", vec![f(2.0), f(0.0)], vec![f(0.0), f(2.0f64.ln())]),
        ("%x: f64, %a: f64", "%y = map pow %x, %a", vec![f(0.0), f(1.0)], vec![f(1.0), f(0.0)]),
        ("%x: f64, %a: f64", "%y = map mod %x, %a", vec![f(-5.3), f(2.0)], vec![f(1.0), f(3.0)]),
        ("%x: f64, %a: f64", "%y = map fmod %x, %a", vec![f(-5.3), f(2.0)], vec![f(1.0), f(2.0)]),
        (
            "%x: f64[3]",
            "%y = reduce_prod %x, axes=[0]",
            vec![Value::f64s(&[2.0, 0.0, 3.0])],
            vec![Value::f64s(&[0.0, 6.0, 0.0])],
        ),
        (
            "%x: f64[3]",
            "%y = reduce_max %x, axes=[0]",
            vec![Value::f64s(&[2.0, 5.0, 5.0])],
            vec![Value::f64s(&[0.0, 0.5, 0.5])],
        ),
        (
            "%x: f64[3], %w: f64[3]",
            "%p: f64[3] = cumprod %x, axis=0\n%y = matmul %p, %w, batch=0",
            vec![Value::f64s(&[2.0, 0.5, 3.0]), Value::f64s(&[1.0, 2.0, 3.0])],
            vec![Value::f64s(&[6.5, 22.0, 3.0])],
        ),
        (
            "%x: f64[3], %w: f64[3]",
            "%p: f64[3] = sort %x, axis=0\n%y = matmul %p, %w, batch=0",
            vec![Value::f64s(&[2.0, 0.5, 3.0]), Value::f64s(&[1.0, 2.0, 3.0])],
            vec![Value::f64s(&[2.0, 1.0, 3.0])],
        ),
    ];
    for (params, body, x, want) in cases {
        let src = func(&format!("func @main({params}) -> f64 {{\n{body}\nreturn %y\n}}"));
        let wrt: Vec<usize> = (0..want.len()).collect();
        for (got, want) in eval(&grad(&src, &wrt), &x).0.iter().zip(&want) {
            assert_close(body, got, want, 1e-14);
        }
    }
}

#[test]
fn single_precision_stays() {
    let src = func(
        "func @main(%x: f32[n], %k: i64) -> f32 {
            %c = const f32 0.5
            %y: f32[n] = map sin %x
            %z: f32[n] = map mul %y, %c
            %w: f32[n] = map pow %z, %c
            %s = reduce_sum %w, axes=[0]
            %f = cast %k, to=f32
            %o = map mul %s, %f
            return %o
        }",
    );
    let g = grad(&src, &[0]);
    let x = Value::array(quipu_ir::core::value::Array::from_scalars(
        quipu_abi::DType::F32,
        vec![2],
        [Scalar::F32(0.5), Scalar::F32(1.0)],
    ));
    let got = eval(&g, &[x, i(2)]).0;
    assert_eq!(got[0].as_array().map(|a| a.dtype), Some(quipu_abi::DType::F32));
    for (d, x) in numbers(&got[0]).iter().zip([0.5f64, 1.0]) {
        let want = 0.5 * (0.5 * x.sin()).powf(-0.5) * 0.5 * x.cos() * 2.0;
        assert!((d - want).abs() < 1e-5, "{d} and {want}");
    }
}

/// Lanes end by their own data or by their own count; a read that all lanes share is out of bounds after that.
const UNTIL: &str = "func @main(consume %a: f64[n], %b: f64[4], %trip: i64, %c: f64) -> f64 {
    %one = const f64 1.0
    %r: f64[n], %done = for until %i < %trip carry (%p: f64[n] = %a) {
        %v = read %b[at %i]
        %x = read %p[at %i]
        %s = map sin %x
        %w = map mul %s, %v
        %q: f64[n] = update %p[at %i], %w
        %stop = map gt %w, %c
        yield %q, %stop
    }
    %rr: f64[n] = map mul %r, %r
    %y = reduce_sum %rr, axes=[0]
    %d = cast %done, to=f64
    %out = map mul %y, %d
    return %out
}";

#[test]
fn early_ends_per_lane() {
    let src = func(UNTIL);
    let b = floats(4, 9, 0.5, 1.5);
    let lane = |l: u64| vec![floats(4, l, 0.2, 0.9), b.clone(), i([4, 2, 0, 3][l as usize]), f(0.35 + 0.2 * l as f64)];
    let x: Vec<Vec<Value>> = (0..4).map(lane).collect();
    for x in &x {
        check("until", &src, x, &[0, 1]);
    }
    let batched = vmap(&src, &[Some(0), Some(0), Some(0), Some(0)]);
    check_lanes("until", &src, &batched, &x);
    // With what all lanes share unbatched.
    let shared = vmap(&src, &[Some(0), None, Some(0), Some(0)]);
    let mut args = lanes(&x);
    let all = eval(&batched, &args).0;
    let g = eval(&grad(&summed(&batched), &[0, 1]), &args).0;
    args[1] = b;
    assert_close("until, shared", &eval(&shared, &args).0[0], &all[0], 1e-13);
    let gs = eval(&grad(&summed(&shared), &[0, 1]), &args).0;
    assert_close("until, gradient", &gs[0], &g[0], 1e-12);
    let per_lane = numbers(&g[1]);
    let sum: Vec<f64> = (0..4).map(|k| (0..4).map(|l| per_lane[4 * l + k]).sum()).collect();
    assert_close("until, gradient of what is shared", &gs[1], &Value::f64s(&sum), 1e-12);
    // No lane: nothing runs.
    let none = |v: &Value| match v {
        Value::Array(a) => {
            let shape: Vec<usize> = std::iter::once(0).chain(a.shape[1..].iter().copied()).collect();
            Value::array(quipu_ir::core::value::Array::zeros(a.dtype, shape))
        }
        v => v.clone(),
    };
    let empty: Vec<Value> = lanes(&x).iter().map(none).collect();
    assert_eq!(eval(&batched, &empty).0[0].as_array().map(|a| a.len()), Some(0));
}
