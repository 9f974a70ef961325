//! Laws over the samples of every op.
//!
//! 1. The typing rule gives the types of what evaluation gives.
//! 2. jvp is the slope of differences.
//! 3. <transpose ct, dx> = <ct, jvp dx>, by vjp and jvp of the same function.
//! 4. Batching is a loop over lanes, for every subset of batched operands; also under a mask, and then with its
//!    gradient.

mod common;
use common::*;
use quipu_ir::core::value::Scalar;
use quipu_ir::ops::{Op, Sample};
use quipu_ir::{Builder, Func, FuncId, Ty, Value};

fn samples() -> Vec<Sample> {
    let all = Op::samples();
    assert!(all.len() > 200, "there are {} samples", all.len());
    all
}

/// The op as a function of its operands; with `masked` behind a bool, whose falsehood gives zeros.
fn function(s: &Sample, masked: bool) -> Option<Func> {
    let mut tys: Vec<Ty> = s.args.iter().map(|a| a.ty()).collect();
    if masked {
        tys.insert(0, Ty::BOOL);
    }
    let (mut b, p) = Builder::new("main", &tys, 0);
    let outs = if masked {
        b.begin(&[]);
        let outs = b.emit_n(s.op.clone(), &p[1..], vec![]);
        let yes = b.end(&outs);
        let tys = b.func.tys(&outs);
        if tys.iter().any(|t| !matches!(t, Ty::Scalar(_) | Ty::Array(..)) || has_own_size(t)) {
            return None;
        }
        b.begin(&[]);
        let zeros: Vec<_> = tys.iter().map(|t| b.zeros(t)).collect();
        let no = b.end(&zeros);
        b.emit_n(quipu_ir::ops::If, &[p[0]], vec![yes, no])
    } else {
        b.emit_n(s.op.clone(), &p, vec![])
    };
    let mut f = b.finish(&outs);
    quipu_transforms::insert_copies(&mut f);
    Some(checked(&format!("{:?}", s.op), f))
}

fn has_own_size(t: &Ty) -> bool {
    t.dims().iter().any(|d| d.as_const().is_none())
}

fn values(s: &Sample, seed: u64) -> Vec<Value> {
    let mut r = Rng(seed * 7919 + 11);
    s.args.iter().map(|a| a.value(&mut || r.unit())).collect()
}

#[test]
fn types_are_those_of_values() {
    for s in samples() {
        let f = function(&s, false).expect("not masked");
        let results = &f.block(Func::ENTRY).results;
        for (v, r) in eval(&f, &values(&s, 1)).0.iter().zip(results) {
            let ok = match (v, f.ty(*r)) {
                (Value::Scalar(x), Ty::Scalar(d)) => x.dtype() == *d,
                (Value::Array(a), Ty::Array(d, dims)) => {
                    let fits = |(n, m): (&usize, &quipu_ir::Dim)| m.as_const().is_none_or(|m| m == *n as i64);
                    a.dtype == *d && a.shape.len() == dims.len() && a.shape.iter().zip(dims).all(fits)
                }
                (Value::List(_), Ty::List(_)) => true,
                _ => false,
            };
            assert!(ok, "{:?}: {v} is no {}", s.op, f.ty(*r));
        }
    }
}

#[test]
fn derivatives() {
    let mut reversed = 0;
    for (k, s) in samples().iter().enumerate() {
        let f = function(s, false).expect("not masked");
        let x = values(s, k as u64);
        let wrt: Vec<usize> = (0..x.len()).filter(|k| is_inexact(&x[*k])).collect();
        let y = eval(&f, &x).0;
        let outs: Vec<usize> = (0..y.len()).filter(|k| is_inexact(&y[*k])).collect();
        if wrt.is_empty() || outs.is_empty() {
            continue;
        }
        let what = format!("sample {k}, {:?}", s.op);
        let dirs: Vec<Value> = wrt.iter().map(|w| direction(&x[*w], 3 + k as u64)).collect();
        let dy = eval(&jvp(&f, &wrt), &[&x[..], &dirs].concat()).0[y.len()..].to_vec();
        let at = |h: f64| {
            let mut x = x.clone();
            for (w, d) in wrt.iter().zip(&dirs) {
                x[*w] = moved(&x[*w], d, h);
            }
            eval(&f, &x).0
        };
        let h = 1e-6;
        let (up, down) = (at(h), at(-h));
        for (j, o) in outs.iter().enumerate() {
            let (p, m) = (numbers(&up[*o]), numbers(&down[*o]));
            let slope: Vec<f64> = p.iter().zip(m).map(|(p, m)| (p - m) / (2.0 * h)).collect();
            assert_close(&format!("{what}: jvp and differences"), &dy[j], &with_numbers(&y[*o], &slope), 1e-6);
        }
        let back = quipu_transforms::vjp(&module(&f), FuncId(0), &wrt);
        if !s.reverses {
            let e = back.expect_err("forward only");
            assert!(e.message.contains("list"), "{what}: {e}");
            continue;
        }
        let back = checked(&what, back.unwrap_or_else(|e| panic!("{what}: {e}")));
        let cts: Vec<Value> = outs.iter().map(|o| direction(&y[*o], 17 + k as u64)).collect();
        let grads = eval(&back, &[&x[..], &cts].concat()).0[y.len()..].to_vec();
        let forward: f64 = cts.iter().zip(&dy).map(|(c, d)| dot(c, d)).sum();
        let backward: f64 = grads.iter().zip(&dirs).map(|(g, d)| dot(g, d)).sum();
        assert!(close(forward, backward, 1e-11), "{what}: forward {forward}, backward {backward}");
        reversed += 1;
    }
    assert!(reversed > 100, "{reversed} samples ran backward");
}

fn stacked_any(x: &[Value]) -> Value {
    match &x[0] {
        Value::List(l) => Value::list(
            (0..l.len())
                .map(|k| stacked(&x.iter().map(|v| v.as_list().expect("lists")[k].clone()).collect::<Vec<_>>()))
                .collect(),
        ),
        _ => stacked(x),
    }
}

/// Other integers and bools of the same kind, still in bounds: the elements in another order.
fn lane(v: &Value, base: &Value, l: usize) -> Value {
    match (v, base) {
        (v, _) if is_inexact(v) => v.clone(),
        (_, Value::Array(a)) => {
            let n = a.len();
            let elems: Vec<Scalar> = (0..n).map(|k| a.get((k + l) % n)).collect();
            Value::array(quipu_ir::core::value::Array::from_scalars(a.dtype, a.shape.clone(), elems))
        }
        _ => base.clone(),
    }
}

const LANES: usize = 3;

fn lanes_of(s: &Sample, seed: u64, subset: usize) -> Vec<Vec<Value>> {
    let first = values(s, seed);
    (0..LANES)
        .map(|l| {
            let other = values(s, seed + 100 * l as u64);
            let pick = |k: usize| match subset >> k & 1 {
                1 => lane(&other[k], &first[k], l),
                _ => first[k].clone(),
            };
            (0..first.len()).map(pick).collect()
        })
        .collect()
}

/// Lanes as one value where batched, else the value that all share.
fn batched_args(x: &[Vec<Value>], axes: &[Option<usize>]) -> Vec<Value> {
    let column = |k: usize| x.iter().map(|l| l[k].clone()).collect::<Vec<_>>();
    (0..x[0].len()).map(|k| if axes[k].is_some() { stacked_any(&column(k)) } else { x[0][k].clone() }).collect()
}

#[test]
fn batching_is_a_loop() {
    for (k, s) in samples().iter().enumerate() {
        let f = function(s, false).expect("not masked");
        for subset in 1..1usize << s.args.len() {
            let what = format!("sample {k}, {:?}, batched {subset:b}", s.op);
            let x = lanes_of(s, k as u64, subset);
            let axes: Vec<Option<usize>> = (0..s.args.len()).map(|k| (subset >> k & 1 == 1).then_some(0)).collect();
            let batched = quipu_transforms::vmap(&module(&f), FuncId(0), &axes);
            let lists = |k: usize| subset >> k & 1 == 0 || matches!(s.args[k], quipu_ir::ops::Arg::List(_));
            if (0..s.args.len()).all(lists) {
                let e = batched.expect_err("lists alone do not say how many lanes there are");
                assert!(e.message.contains("lanes"), "{what}: {e}");
                continue;
            }
            let index = |k: usize| matches!(s.args[k], quipu_ir::ops::Arg::Ints(_, None));
            let listed = s.args.iter().any(|a| matches!(a, quipu_ir::ops::Arg::List(_)))
                && (0..s.args.len()).any(|k| subset >> k & 1 == 1 && index(k));
            if !s.batches || listed {
                // An index of a list per lane: an array serves where the list itself does not differ.
                if let Err(e) = &batched {
                    assert!(e.message.contains("differs between lanes"), "{what}: {e}");
                    continue;
                }
                assert!(s.batches, "{what} should be refused");
            }
            let batched = checked(&what, batched.unwrap_or_else(|e| panic!("{what}: {e}")));
            let got = eval(&batched, &batched_args(&x, &axes)).0;
            let want: Vec<Vec<Value>> = x.iter().map(|l| eval(&f, l).0).collect();
            for j in 0..got.len() {
                let want = stacked_any(&want.iter().map(|w| w[j].clone()).collect::<Vec<_>>());
                assert_close(&what, &got[j], &want, 1e-13);
            }
        }
    }
}

#[test]
fn batching_under_a_mask() {
    let mut refused = 0;
    for (k, s) in samples().iter().enumerate() {
        let Some(f) = function(s, true) else { continue };
        let all = (1usize << s.args.len()) - 1;
        for subset in [1, all] {
            let what = format!("sample {k}, {:?}, masked, batched {subset:b}", s.op);
            let mut x = lanes_of(s, k as u64, subset);
            for (k, v) in x[1].iter_mut().enumerate().filter(|(k, _)| subset >> k & 1 == 1) {
                *v = garbage(v, k);
            }
            for (l, lane) in x.iter_mut().enumerate() {
                lane.insert(0, Value::bool(l != 1));
            }
            let axes: Vec<Option<usize>> = std::iter::once(Some(0))
                .chain((0..s.args.len()).map(|k| (subset >> k & 1 == 1).then_some(0)))
                .collect();
            let batched = match quipu_transforms::vmap(&module(&f), FuncId(0), &axes) {
                Ok(b) => checked(&what, b),
                Err(e) => {
                    assert!(e.message.contains("lanes"), "{what}: {e}");
                    refused += 1;
                    continue;
                }
            };
            let args = batched_args(&x, &axes);
            let got = eval(&batched, &args).0;
            let want: Vec<Vec<Value>> = x.iter().map(|l| eval(&f, l).0).collect();
            for j in 0..got.len() {
                let want = stacked_any(&want.iter().map(|w| w[j].clone()).collect::<Vec<_>>());
                assert_close(&what, &got[j], &want, 1e-13);
            }
            let wrt: Vec<usize> = (1..axes.len()).filter(|k| is_inexact(&args[*k])).collect();
            let outs: Vec<usize> = (0..got.len()).filter(|k| is_inexact(&got[*k])).collect();
            if wrt.is_empty() || outs.is_empty() || !s.reverses {
                continue;
            }
            // The gradient of all lanes is that of each lane, and in what they share the sum of them.
            let cts: Vec<Value> = outs.iter().map(|o| direction(&got[*o], 5)).collect();
            let all = eval(&vjp(&batched, &wrt), &[&args[..], &cts].concat()).0;
            let one = vjp(&f, &wrt);
            let of_lane = |l: usize| {
                let cts = cts.iter().zip(&outs).map(|(c, o)| nth(c, l, &want[l][*o])).collect();
                eval(&one, &[x[l].clone(), cts].concat()).0
            };
            let grads: Vec<Vec<Value>> = (0..LANES).map(of_lane).collect();
            for (j, w) in wrt.iter().enumerate() {
                let parts: Vec<Value> = grads.iter().map(|g| g[got.len() + j].clone()).collect();
                let mut want = numbers(&stacked_any(&parts));
                if axes[*w].is_none() {
                    let each: Vec<Vec<f64>> = parts.iter().map(numbers).collect();
                    want = (0..each[0].len()).map(|k| each.iter().map(|g| g[k]).sum()).collect();
                }
                let found = numbers(&all[got.len() + j]);
                let same = found.len() == want.len() && found.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-11);
                assert!(same, "{what}: gradient in {w}: {found:?}, not {want:?}");
            }
        }
    }
    assert!(refused < 20, "{refused} refused");
}

/// Lane `l` of a value of all lanes: a scalar or an array as `like` is.
fn nth(v: &Value, l: usize, like: &Value) -> Value {
    if let (Value::List(all), Value::List(like)) = (v, like) {
        return Value::list(all.iter().zip(like.iter()).map(|(v, like)| nth(v, l, like)).collect());
    }
    let a = v.as_array().expect("lanes");
    let n = a.len() / a.shape[0];
    if like.as_array().is_none() {
        return Value::Scalar(a.get(l));
    }
    let elems: Vec<Scalar> = (0..n).map(|k| a.get(l * n + k)).collect();
    Value::array(quipu_ir::core::value::Array::from_scalars(a.dtype, a.shape[1..].to_vec(), elems))
}

/// What an idle lane may hold.
fn garbage(v: &Value, k: usize) -> Value {
    match v {
        v if is_inexact(v) => with_numbers(v, &vec![f64::NAN; numbers(v).len()]),
        Value::Scalar(Scalar::I64(_)) => i(1000 + k as i64),
        Value::Array(a) if a.dtype == quipu_abi::DType::I64 => {
            let far = (0..a.len()).map(|_| Scalar::I64(-1000));
            Value::array(quipu_ir::core::value::Array::from_scalars(a.dtype, a.shape.clone(), far))
        }
        v => v.clone(),
    }
}
