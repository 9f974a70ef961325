//! Every lane-wise instruction, on scalars and vectors of every width, over values that hurt: all back ends must give
//! the bits of `eval`, the definition of the loop IR.
#![expect(unsafe_code, reason = "calls compiled code")]

mod common;

use quipu_ir::loops::{
    Access, BinOp, Cast, Elem, FloatCmp, ForAttrs, FuncBuilder, IntCmp, MathFn, Module, Op, OvOp, Type, UnOp, eval,
};

/// Values at the borders of a type.
fn interesting(e: Elem) -> Vec<u64> {
    let m = e.mask();
    match e {
        Elem::I1 => vec![0, 1],
        Elem::F64 => [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            -0.5,
            1.5,
            2.5,
            -2.5,
            1e300,
            -1e300,
            1e-300,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            -f64::NAN,
            5e-324,
            -5e-324,
            f64::MIN_POSITIVE,
            2147483647.0,
            2147483648.0,
            -2147483648.0,
            -2147483649.0,
            4294967295.5,
            4294967296.0,
            9223372036854775807.0,
            9223372036854774784.0,
            -9223372036854775808.0,
            -9223372036854777856.0,
            18446744073709549568.0,
            18446744073709551616.0,
            300.7,
            -129.9,
            70000.3,
            4503599627370497.5,
            0.49999999999999994,
        ]
        .iter()
        .map(|x: &f64| x.to_bits())
        .collect(),
        Elem::F32 => [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            -0.5,
            1.5,
            2.5,
            -2.5,
            1e38,
            -1e38,
            1e-38,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
            1e-45,
            -1e-45,
            2147483648.0,
            -2147483648.0,
            2147483520.0,
            4294967296.0,
            9.223372e18,
            -9.223372e18,
            1.8446744e19,
            1.8446743e19,
            300.7,
            -129.9,
            70000.3,
            8388609.0,
            0.49999997,
            3.0,
            0.1,
        ]
        .iter()
        .map(|x: &f32| u64::from(x.to_bits()))
        .collect(),
        _ => {
            let bits = u64::from(e.bits());
            let top = 1 << (bits - 1);
            let mut v =
                vec![0, 1, 2, 3, 7, m, m - 1, top, top - 1, top + 1, bits - 1, bits, bits + 1, 100, m - 99, 0x55];
            v.extend([0x1234_5678_9abc_def0 & m, 0xfedc_ba98_7654_3210 & m, 1 << (bits / 2), (1 << (bits / 2)) - 1]);
            v
        }
    }
}

/// All combinations of operands, repeated up to a multiple of 64.
fn operands(elems: &[Elem]) -> Vec<Vec<u64>> {
    let mut rows: Vec<Vec<u64>> = vec![vec![]];
    for e in elems {
        let mut values = interesting(*e);
        if elems.len() > 2 {
            values = values.into_iter().step_by(if elems[0] == Elem::I1 { 1 } else { 3 }).collect();
        }
        rows = rows.iter().flat_map(|r| values.iter().map(move |v| [&r[..], &[*v]].concat())).collect();
    }
    let n = rows.len();
    (0..n.next_multiple_of(64)).map(|i| rows[i % n].clone()).collect()
}

fn to_bytes(e: Elem, values: impl Iterator<Item = u64>) -> Vec<u8> {
    values.flat_map(|v| v.to_le_bytes().into_iter().take(e.bytes() as usize).collect::<Vec<_>>()).collect()
}

fn from_bytes(e: Elem, bytes: &[u8]) -> Vec<u64> {
    let size = e.bytes() as usize;
    let word = |c: &[u8]| c.iter().rev().fold(0, |a, b| a << 8 | u64::from(*b));
    bytes.chunks(size).map(word).collect()
}

/// Results of one lane from its operands.
type Eval = Box<dyn Fn(&[u64]) -> Vec<u64>>;

struct Law {
    name: String,
    op: Op,
    args: Vec<Elem>,
    outs: Vec<Elem>,
    /// NaNs must agree in payload and sign too.
    exact: bool,
    max_lanes: u16,
    eval: Eval,
}

impl Law {
    /// LLVM makes code for every width in one way, Cranelift has pieces and lanes.
    fn widths(&self, llvm: bool) -> Vec<u16> {
        let all: &[u16] = if llvm { &[1, 4, 16] } else { &[1, 2, 4, 8, 16] };
        all.iter().copied().filter(|w| *w <= self.max_lanes).collect()
    }

    /// `op` with types of this many lanes.
    fn op(&self, lanes: u16) -> Op {
        match &self.op {
            Op::Cast { cast, ty } => Op::Cast { cast: *cast, ty: ty.with_lanes(lanes) },
            op => op.clone(),
        }
    }

    /// f(inputs.., outputs.., n): out[i] = op(in[i]..), `lanes` at a time.
    fn build(&self, lanes: u16, name: &str) -> quipu_ir::loops::Func {
        let n_ptrs = self.args.len() + self.outs.len();
        let mut params = vec![Type::PTR; n_ptrs];
        params.push(Type::I64);
        let mut b = FuncBuilder::new(name, &params, &[]);
        let (zero, n) = (b.i64(0), b.param(n_ptrs));
        let attrs = ForAttrs { step: i64::from(lanes), unroll: 1, ..ForAttrs::default() };
        b.for_loop(zero, n, attrs, &[], |b, i, _| {
            let mut args = vec![];
            for (k, e) in self.args.iter().enumerate() {
                let p = b.param(k);
                let p = b.elem_ptr(p, i, e.bytes());
                args.push(b.load(Type::vec(*e, lanes), p, Access::of(Type::scalar(*e))));
            }
            let results = b.emit(self.op(lanes), &args);
            for (k, e) in self.outs.iter().enumerate() {
                let p = b.param(self.args.len() + k);
                let p = b.elem_ptr(p, i, e.bytes());
                b.store(results[k], p, Access::of(Type::scalar(*e)));
            }
            vec![]
        });
        b.finish(&[])
    }
}

fn law(name: impl ToString, op: Op, args: &[Elem], out: Elem, eval: impl Fn(&[u64]) -> u64 + 'static) -> Law {
    let eval = Box::new(move |x: &[u64]| vec![eval(x)]);
    Law { name: name.to_string(), op, args: args.to_vec(), outs: vec![out], exact: false, max_lanes: 16, eval }
}

const INTS: [Elem; 4] = [Elem::I8, Elem::I16, Elem::I32, Elem::I64];
const FLOATS: [Elem; 2] = [Elem::F32, Elem::F64];

/// Compiles all laws into one module, runs it in every way, and compares with `eval`, or without one with the first way.
fn check(laws: &[Law], with_eval: bool) {
    let mut compiled = vec![];
    for (way, backend, options) in common::ways() {
        let llvm = backend.name() == "llvm";
        let mut module = Module::new();
        for law in laws {
            for w in law.widths(llvm) {
                module.add(law.build(w, &format!("{}.{w}", law.name)));
            }
        }
        let code = backend.compile(&module, &options).unwrap_or_else(|e| panic!("{way}: {e}"));
        compiled.push((way, llvm, code));
    }
    for law in laws {
        let rows = operands(&law.args);
        let inputs: Vec<Vec<u8>> =
            law.args.iter().enumerate().map(|(k, e)| to_bytes(*e, rows.iter().map(|r| r[k]))).collect();
        let mut want: Option<Vec<Vec<u64>>> = with_eval.then(|| {
            let results: Vec<Vec<u64>> = rows.iter().map(|r| (law.eval)(r)).collect();
            (0..law.outs.len()).map(|k| results.iter().map(|r| r[k]).collect()).collect()
        });
        for (way, llvm, code) in &compiled {
            for w in law.widths(*llvm) {
                let name = format!("{}.{w}", law.name);
                let mut outputs: Vec<Vec<u8>> =
                    law.outs.iter().map(|e| vec![0xaa; rows.len() * e.bytes() as usize]).collect();
                let mut ctx = common::context();
                let mut words: Vec<i64> = inputs.iter().map(|v| v.as_ptr() as i64).collect();
                words.extend(outputs.iter_mut().map(|v| v.as_mut_ptr() as i64));
                words.push(rows.len() as i64);
                words.resize(6, 0);
                let w6 = &words;
                // Words behind those that the function declares are ignored by the C calling convention.
                let status = call!(code, &name, ctx, w6[0], w6[1], w6[2], w6[3], w6[4], w6[5]);
                assert_eq!(status, 0, "{way} {name}");
                let got: Vec<Vec<u64>> = law.outs.iter().zip(&outputs).map(|(e, o)| from_bytes(*e, o)).collect();
                let Some(want) = &want else {
                    want = Some(got);
                    continue;
                };
                for (k, e) in law.outs.iter().enumerate() {
                    for (i, row) in rows.iter().enumerate() {
                        let (g, x) = (got[k][i], want[k][i]);
                        let both_nan = !law.exact && eval::is_nan(*e, g) && eval::is_nan(*e, x);
                        assert!(g == x || both_nan, "{way} {name} result {k} of {row:x?}: {g:x}, should be {x:x}");
                    }
                }
            }
        }
    }
}

#[test]
fn integer_arithmetic() {
    let mut laws = vec![];
    for e in INTS {
        for op in BinOp::ALL.iter().copied().filter(|op| !op.is_float()) {
            laws.push(law(format!("{op}.{e}"), Op::Bin(op), &[e, e], e, move |x| eval::bin(op, e, x[0], x[1])));
        }
        for op in UnOp::ALL.iter().copied().filter(|op| !op.is_float()) {
            laws.push(law(format!("{op}.{e}"), Op::Un(op), &[e], e, move |x| eval::un(op, e, x[0])));
        }
    }
    for op in [BinOp::And, BinOp::Or, BinOp::Xor] {
        let e = Elem::I1;
        laws.push(law(format!("{op}.i1"), Op::Bin(op), &[e, e], e, move |x| eval::bin(op, e, x[0], x[1])));
    }
    laws.push(law("not.i1", Op::Un(UnOp::Not), &[Elem::I1], Elem::I1, |x| x[0] ^ 1));
    check(&laws, true);
}

#[test]
fn comparisons_and_selects() {
    let mut laws = vec![];
    for e in INTS {
        for cmp in IntCmp::ALL.iter().copied() {
            let f = move |x: &[u64]| u64::from(eval::icmp(cmp, e, x[0], x[1]));
            laws.push(law(format!("icmp.{cmp}.{e}"), Op::Icmp(cmp), &[e, e], Elem::I1, f));
        }
    }
    for cmp in [IntCmp::Eq, IntCmp::Ne] {
        let f = move |x: &[u64]| u64::from(eval::icmp(cmp, Elem::I1, x[0], x[1]));
        laws.push(law(format!("icmp.{cmp}.i1"), Op::Icmp(cmp), &[Elem::I1; 2], Elem::I1, f));
    }
    for e in FLOATS {
        for cmp in FloatCmp::ALL.iter().copied() {
            let f = move |x: &[u64]| u64::from(eval::fcmp(cmp, e, x[0], x[1]));
            laws.push(law(format!("fcmp.{cmp}.{e}"), Op::Fcmp(cmp), &[e, e], Elem::I1, f));
        }
    }
    for e in INTS.into_iter().chain(FLOATS).chain([Elem::I1]) {
        let f = |x: &[u64]| if x[0] != 0 { x[1] } else { x[2] };
        laws.push(Law { exact: true, ..law(format!("select.{e}"), Op::Select, &[Elem::I1, e, e], e, f) });
    }
    check(&laws, true);
}

#[test]
fn float_arithmetic() {
    let mut laws = vec![];
    for e in FLOATS {
        for op in BinOp::ALL.iter().copied().filter(|op| op.is_float()) {
            let l = law(format!("{op}.{e}"), Op::Bin(op), &[e, e], e, move |x| eval::bin(op, e, x[0], x[1]));
            laws.push(Law { exact: op == BinOp::CopySign, ..l });
        }
        for op in UnOp::ALL.iter().copied().filter(|op| op.is_float()) {
            let l = law(format!("{op}.{e}"), Op::Un(op), &[e], e, move |x| eval::un(op, e, x[0]));
            laws.push(Law { exact: matches!(op, UnOp::FNeg | UnOp::FAbs), ..l });
        }
        laws.push(law(format!("fma.{e}"), Op::Fma, &[e, e, e], e, move |x| eval::fma(e, x[0], x[1], x[2])));
    }
    check(&laws, true);
}

#[test]
fn overflow_and_muladdmod() {
    let mut laws = vec![];
    for e in INTS {
        for op in OvOp::ALL.iter().copied() {
            let eval = Box::new(move |x: &[u64]| {
                let (r, o) = eval::overflow(op, e, x[0], x[1]);
                vec![r, u64::from(o)]
            });
            let outs = vec![e, Elem::I1];
            let args = vec![e, e];
            laws.push(Law {
                name: format!("{op}.{e}"),
                op: Op::Overflow(op),
                args,
                outs,
                exact: true,
                max_lanes: 1,
                eval,
            });
        }
    }
    let e = Elem::I64;
    let l = law("muladdmod", Op::MulAddMod, &[e, e, e, e], e, |x| eval::muladdmod(x[0], x[1], x[2], x[3]));
    laws.push(Law { max_lanes: 1, ..l });
    check(&laws, true);
}

#[test]
fn conversions() {
    let mut laws = vec![];
    let all = [Elem::I1, Elem::I8, Elem::I16, Elem::I32, Elem::I64, Elem::F32, Elem::F64];
    for from in all {
        for to in all {
            for cast in Cast::ALL.iter().copied() {
                let op = Op::Cast { cast, ty: Type::scalar(to) };
                if quipu_ir::loops::result_types(&op, &[Type::scalar(from)], |_| None).is_err() {
                    continue;
                }
                let f = move |x: &[u64]| eval::cast(cast, from, to, x[0]);
                let l = law(format!("{cast}.{from}.{to}"), op, &[from], to, f);
                laws.push(Law { exact: cast == Cast::Bitcast, ..l });
            }
        }
    }
    assert!(laws.len() > 60);
    check(&laws, true);
}

#[test]
fn mathematics_is_the_same_everywhere() {
    let mut laws = vec![];
    for f in MathFn::ALL.iter().copied() {
        for e in FLOATS {
            let args = vec![e; f.arity()];
            let l = law(format!("{f}.{e}"), Op::Math(f), &args, e, |_| 0);
            laws.push(Law { max_lanes: 4, ..l });
        }
    }
    check(&laws, false);
}

/// Recorded from CPython's `(a * b + d) % m`, and from NumPy 2.4's `astype` and `maximum` on x86.
#[test]
fn eval_is_python_and_numpy() {
    let n = |a: i64, b: i64, d: i64, m: i64| eval::muladdmod(a as u64, b as u64, d as u64, m as u64) as i64;
    let m = |a: i64, b: i64, c: i64| n(a, b, 0, c);
    assert_eq!(m(6364136223846793005, 1442695040888963407, 9223372036854775783), 6873098565674078293);
    assert_eq!(m(-6364136223846793005, 1442695040888963407, 9223372036854775783), 2350273471180697490);
    assert_eq!(m(i64::MIN, i64::MIN, -7), -6);
    assert_eq!(m(7, -3, 5), 4);
    assert_eq!(n(i64::MAX, i64::MAX, i64::MAX, 1000003), 825416);
    assert_eq!(n(i64::MIN, i64::MAX, i64::MIN, -9223372036854775783), -625);
    assert_eq!(n(-1, 1, i64::MIN, 10), 1);
    for (x, to, want) in [
        (f64::NAN, Elem::I64, 1 << 63),
        (1e30, Elem::I32, 1 << 31),
        (3e9, Elem::I32, 1 << 31),
        (70000.0, Elem::I16, 4464),
        (-70000.0, Elem::I8, 144),
        (f64::INFINITY, Elem::I16, 0),
    ] {
        assert_eq!(eval::cast(Cast::FToS, Elem::F64, to, x.to_bits()), want, "{x} to {to}");
    }
    for (x, to, want) in [
        (f64::NAN, Elem::I64, 1u64 << 63),
        (f64::INFINITY, Elem::I64, 0),
        (-1.5, Elem::I64, u64::MAX),
        (1.8e19, Elem::I64, 18000000000000000000),
        (-1e10, Elem::I32, 2884901888),
        (5e9, Elem::I32, 705032704),
        (-1.5, Elem::I8, 255),
    ] {
        assert_eq!(eval::cast(Cast::FToU, Elem::F64, to, x.to_bits()), want, "{x} to unsigned {to}");
    }
    let max = |a: f64, b: f64| f64::from_bits(eval::bin(BinOp::FMax, Elem::F64, a.to_bits(), b.to_bits()));
    assert!(max(-0.0, 0.0).is_sign_positive() && max(0.0, -0.0).is_sign_negative());
    assert!(max(f64::NAN, 1.0).is_nan() && max(1.0, f64::NAN).is_nan());
}
