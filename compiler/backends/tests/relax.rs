//! Loops with fast-math flags: the same bits on every back end, near those of the strict loop.
#![expect(unsafe_code, reason = "calls compiled code")]

mod common;

use common::{compile, context};
use quipu_ir::loops::{FastMath, Module, Op, for_each_inst, relax};

/// A function of %p (floats or integers), %n and %c that carries one float through a loop over the elements.
fn module(ty: &str, init: &str, body: &str) -> Module {
    let text = format!(
        "func @f(%0: ptr, %1: i64, %2: i64) -> ({ty}) export fastmath(reassoc, nnan, ninf, nsz, arcp, contract, afn) {{
    %3 = const i64 0
    %4 = const i64 8
    %5 = const {ty} {init}
    %6 = sitofp {ty} %2
    %99 = for %3, %1, %5 [step=1] (%10: i64, %11: {ty}) {{
{body}
    }}
    return %99
}}"
    );
    text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"))
}

const LOAD: &str = "%12 = mul %10, %4\n %13 = ptr_add %0, %12\n %14 = load f64 %13 [align=8]\n";

fn vectors(m: &Module) -> bool {
    let f = &m.funcs[0];
    let mut any = false;
    for_each_inst(&mut f.body.clone(), &mut |i| any |= i.results.iter().any(|v| f.ty(*v).is_vec()));
    any
}

fn calls(m: &Module, data: &[f64], n: usize) -> Vec<u64> {
    let run = |(_, code): &(String, Box<dyn quipu_backends::CompiledModule>)| {
        let (mut out, mut ctx) = (0u64, context());
        assert_eq!(call!(code, "f", ctx, data.as_ptr(), n, 3i64, &raw mut out), 0);
        out
    };
    compile(m).iter().map(run).collect()
}

/// Strict and relaxed, for lengths around the number of lanes.
fn near(strict: &Module, data: &[f64], lanes: bool) {
    let fma = std::is_x86_feature_detected!("fma");
    let mut fast = strict.clone();
    relax(&mut fast, fma);
    assert_eq!(quipu_ir::loops::verify(&fast), Ok(()), "{fast}");
    assert_eq!(fast.funcs[0].fast_math, FastMath::NONE);
    assert_eq!(vectors(&fast), lanes, "{fast}");
    for n in [0, 1, 15, 16, 17, 64, 101] {
        let want = f64::from_bits(calls(strict, data, n)[0]);
        let got = calls(&fast, data, n);
        assert!(got.iter().all(|x| *x == got[0]), "back ends differ for {n}: {got:x?}\n{fast}");
        let got = f64::from_bits(got[0]);
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{got} is not {want} for {n}\n{fast}");
    }
}

fn data() -> Vec<f64> {
    (0..400).map(|k| f64::from((k * 7919) % 1009) / 64.0 - 4.0).collect()
}

#[test]
fn sums_products_and_extremes_run_in_lanes() {
    let steps = [
        ("0.5", "%15 = fabs %14\n %16 = sqrt %15\n %17 = fadd %11, %16\n yield %17"),
        ("0.5", "%15 = fsub %11, %14\n %17 = fadd %14, %15\n %18 = fsub %17, %14\n yield %18"),
        ("1.0", "%15 = fmul %14, %5\n %16 = const f64 1.01\n %17 = fmul %16, %11\n yield %17"),
        ("-100.0", "%15 = fmax %11, %14\n yield %15"),
        ("100.0", "%15 = fcmp lt %14, %11\n %16 = select %15, %14, %11\n yield %16"),
        ("-100.0", "%15 = fcmp gt %14, %11\n %16 = if %15 {\n yield %14\n } else {\n yield %11\n }\n yield %16"),
        // The index as a number, a divisor that stays, and a product for `fma`.
        ("0.0", "%15 = sitofp f64 %10\n %16 = fdiv %15, %6\n %17 = fmul %16, %14\n %18 = fadd %11, %17\n yield %18"),
    ];
    for (init, body) in steps {
        near(&module("f64", init, &format!("{LOAD}{body}")), &data(), true);
    }
}

#[test]
fn branches_are_masked_and_strides_gathered() {
    // The sum of a[i + 100] where a[i] is positive; nothing else may be read there.
    let masked = "%15 = fcmp gt %14, %5
        %20 = if %15 {
            %16 = load f64 %13 [offset=800, align=8]
            %17 = fadd %11, %16
            yield %17
        } else {
            yield %11
        }
        yield %20";
    near(&module("f64", "0.0", &format!("{LOAD}{masked}")), &data(), true);
    // Every third element, backwards.
    let strided = "%12 = const i64 -24\n %13 = mul %10, %12\n %14 = ptr_add %0, %13
        %15 = load f64 %14 [offset=3000, align=8]\n %16 = fadd %11, %15\n yield %16";
    near(&module("f64", "0.0", strided), &data(), true);
    // At an index that was loaded.
    let gathered = "%30 = const i64 37\n %31 = srem %10, %30\n %12 = mul %31, %4\n %13 = ptr_add %0, %12
        %15 = load f64 %13 [align=8]\n %16 = fadd %11, %15\n yield %16";
    near(&module("f64", "0.0", gathered), &data(), true);
}

#[test]
fn what_has_an_order_keeps_it() {
    let steps = [
        // A recurrence, a reset, a value that is used otherwise, and a store.
        "%15 = const f64 0.5\n %16 = fmul %11, %15\n %17 = fadd %16, %14\n yield %17",
        "%15 = fcmp gt %14, %5\n %16 = select %15, %14, %11\n yield %16",
        "%15 = fadd %11, %14\n %16 = fabs %15\n yield %16",
        "%15 = fadd %11, %14\n store %13, %14 [align=8]\n yield %15",
    ];
    for body in steps {
        near(&module("f64", "0.0", &format!("{LOAD}{body}")), &data(), false);
    }
}

#[test]
fn a_product_and_a_sum_are_one_instruction_where_there_is_one() {
    let body = format!("{LOAD}%15 = fmul %14, %6\n %16 = fsub %15, %11\n yield %16");
    for fma in [false, true] {
        let mut m = module("f64", "0.0", &body);
        relax(&mut m, fma);
        let (mut fmas, mut products) = (0, 0);
        for_each_inst(&mut m.funcs[0].body, &mut |i| {
            fmas += usize::from(i.op == Op::Fma);
            products += usize::from(matches!(i.op, Op::Bin(quipu_ir::loops::BinOp::FMul)));
        });
        assert_eq!((fmas, products), if fma { (1, 0) } else { (0, 1) }, "{m}");
    }
}
