//! Builder, text form and verifier. What instructions compute is tested on the back ends.

use super::*;
use quipu_abi::ErrorKind;
use std::sync::Arc;

/// A module that uses every operation.
fn everything() -> Module {
    let mut m = Module::new();
    m.site_base = 7;
    m.parallel_for = 3;
    let s0 =
        m.add_site(Site { file: 1, start: 2, end: 3, func: "f".into(), message: "say \"{0}\"\n".into(), caller: None });
    let s1 = m.add_site(Site { caller: Some(s0), ..Site::default() });
    let callee = m.declare("later", &[Type::I64], &[Type::F64]);
    let mut b =
        FuncBuilder::new("all", &[Type::PTR, Type::I64, Type::F64, Type::I1, Type::F32], &[Type::I64, Type::F64]);
    b.func_mut().fast_math = FastMath::REASSOC | FastMath::NSZ;
    b.func_mut().inline = Inline::Never;
    let (p, n, x, c, f) = (b.param(0), b.param(1), b.param(2), b.param(3), b.param(4));
    for op in BinOp::ALL {
        let v = if op.is_float() { x } else { n };
        b.bin(*op, v, v);
    }
    for op in UnOp::ALL {
        b.un(*op, if op.is_float() { x } else { n });
    }
    let k = b.i64(3);
    for cmp in IntCmp::ALL {
        b.icmp(*cmp, n, k);
    }
    for cmp in FloatCmp::ALL {
        b.fcmp(*cmp, x, x);
    }
    for op in OvOp::ALL {
        b.overflow(*op, n, k);
    }
    for func in MathFn::ALL {
        b.math(*func, &[x, x][..func.arity()]);
    }
    for v in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, 5e-324, 0.1] {
        b.f64(v);
    }
    for ty in [Type::I1, Type::I8, Type::I16, Type::I32, Type::I64, Type::PTR, Type::vec(Elem::I8, 16)] {
        b.int(ty, -1);
    }
    b.f32(1e-40);
    b.fma(x, x, x);
    b.muladdmod(n, k, k, n);
    let i8 = b.cast(Cast::Trunc, n, Type::I8);
    b.cast(Cast::Sext, i8, Type::I64);
    b.cast(Cast::Zext, i8, Type::I32);
    b.cast(Cast::SToF, n, Type::F64);
    b.cast(Cast::UToF, n, Type::F32);
    b.cast(Cast::FToS, x, Type::I16);
    b.cast(Cast::FToU, x, Type::I64);
    b.cast(Cast::FExt, f, Type::F64);
    b.cast(Cast::FNarrow, x, Type::F32);
    b.bitcast(x, Type::I64);
    let v8 = Type::vec(Elem::F64, 8);
    let at = Access::of(Type::F64).alias(2);
    let mask = b.tail_mask(k, n, 8);
    let v = b.load(v8, p, at.align(64).offset(-64));
    let w = b.masked_load(v8, p, mask, v, at);
    let idx = b.iota(Type::vec(Elem::I64, 8));
    let w = b.gather(v8, p, idx, mask, w, at);
    b.store(w, p, at.nontemporal());
    b.masked_store(w, p, mask, at);
    b.scatter(w, p, idx, mask, at);
    let s = b.splat(x, 8);
    let s = b.insert(s, x, 7);
    b.extract(s, 3);
    b.shuffle(s, w, &[15, 0, 1, 2]);
    b.reduce(BinOp::FAdd, w);
    b.select(mask, s, w);
    b.select(c, s, w);
    b.any(mask);
    b.all(mask);
    b.bitmask(mask);
    let q = b.ptr_at(p, n, k);
    b.store(c, q, Access::of(Type::I1));
    b.load(Type::I1, q, Access::of(Type::I1));
    b.stack_alloc(64, 16);
    b.ctx_ptr();
    b.func_addr(callee);
    b.call(callee, &[Type::F64], &[n]);
    let (failed, _) = b.call_catch(callee, &[Type::F64], &[n]);
    let ext = |name: &str, index, fallible| {
        Arc::new(Extern { name: name.into(), index, params: vec![Type::PTR], results: vec![Type::I64], fallible })
    };
    b.call_runtime(&ext("sort", 3, false), &[p]);
    b.call_runtime_catch(&ext("alloc", 4, true), &[p]);
    b.call_runtime_at(&ext("alloc", 4, true), s0, &[p]);
    b.data(&[0, 255, 16]);
    b.data(&[]);
    b.fail_if(failed, ErrorKind::LinAlgError, s0, &[n, k]);
    b.poll(s0);
    b.stack_check(s1);
    let r = b.if_else(
        c,
        |_| vec![x],
        |b| {
            b.fail(ErrorKind::IndexError, s1, &[n]);
            vec![]
        },
    );
    b.if_else(
        c,
        |b| {
            b.reraise();
            vec![]
        },
        |_| vec![],
    );
    let zero = b.i64(0);
    let attrs = ForAttrs { step: -2, unroll: 4, vectorize: Vectorize::Width(8), ..ForAttrs::default() };
    let r = b.for_loop(n, zero, attrs, &r, |b, i, acc| {
        let i = b.cast(Cast::SToF, i, Type::F64);
        vec![b.fadd(acc[0], i)]
    });
    let (_, carried) = b.begin_for(zero, n, ForAttrs { vectorize: Vectorize::Never, ..ForAttrs::default() }, &r);
    let (r, trips) = b.end_for_stop(c, &carried);
    let chunks = ForAttrs { parallel: Parallel::Threads { chunks: 8, grain: 3 }, ..ForAttrs::default() };
    b.for_loop(zero, n, chunks, &[], |b, i, _| {
        let q = b.elem_ptr(p, i, 8);
        b.store(x, q, at);
        vec![]
    });
    let free = ForAttrs { parallel: Parallel::Independent, ..ForAttrs::default() };
    b.for_loop(zero, n, free, &[], |_, _, _| vec![]);
    b.while_loop(&[n], |b, v| b.icmp(IntCmp::Sgt, v[0], zero), |b, v| vec![b.sub(v[0], k)]);
    let all = b.finish(&[trips, r[0]]);
    m.add(all);
    m
}

#[test]
fn text_round_trips() {
    let m = everything();
    verify(&m).expect("the builder makes valid code");
    let text = m.to_string();
    let back: Module = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(back.to_string(), text);
    assert_eq!(back, m);
}

#[test]
fn builder_folds_and_shares() {
    let mut b = FuncBuilder::new("f", &[Type::I64, Type::F64], &[Type::I64]);
    let (n, x) = (b.param(0), b.param(1));
    let (two, three) = (b.i64(2), b.i64(3));
    let six = b.mul(two, three);
    assert_eq!(b.as_const_i64(six), Some(6));
    let (p, q) = (b.add(n, two), b.add(two, n));
    assert_eq!(p, q);
    let zero = b.i64(0);
    assert_eq!(b.add(zero, n), n);
    let fzero = b.f64(0.0);
    assert_ne!(b.fadd(x, fzero), x, "-0.0 + 0.0 is 0.0");
    let nan = b.fdiv(fzero, fzero);
    assert_eq!(b.as_const(nan), None, "the payload is the machine's");
    // What an inner block computed is not seen by its sibling, what the outer one did is.
    let c = b.icmp(IntCmp::Eq, n, two);
    let mut inner = vec![];
    for _ in 0..2 {
        let r = b.if_else(c, |b| vec![b.mul(n, three)], |b| vec![b.add(n, two)]);
        inner.push(r[0]);
    }
    assert_ne!(inner[0], inner[1]);
    let f = b.finish(&[p]);
    let text = f.to_string();
    assert_eq!((text.matches(" mul ").count(), text.matches(" add ").count()), (2, 1), "{text}");
}

#[test]
fn builder_shares_what_memory_holds_until_it_may_change() {
    let mut b = FuncBuilder::new("f", &[Type::PTR, Type::I64], &[Type::I64]);
    let (p, n) = (b.param(0), b.param(1));
    let at = Access::of(Type::I64);
    let load = |b: &mut FuncBuilder| b.load(Type::I64, p, at);
    let first = load(&mut b);
    assert_eq!(load(&mut b), first);
    assert_ne!(b.load(Type::I64, p, at.offset(8)), first);
    let c = b.icmp(IntCmp::Eq, n, first);
    // An arm sees what came before it; after an arm that stores, nothing is known.
    let r = b.if_else(c, |b| vec![load(b)], |b| vec![load(b)]);
    assert_eq!(load(&mut b), first);
    b.if_then(c, |b| b.store(n, p, at));
    let second = load(&mut b);
    assert_ne!(second, first);
    // A trip comes after the trip before it.
    b.for_loop(n, second, ForAttrs::default(), &[], |b, _, _| {
        assert_ne!(load(b), second);
        b.store(n, p, at);
        vec![]
    });
    assert_ne!(load(&mut b), second);
    let third = load(&mut b);
    let ext = Extern { name: "sort".into(), index: 3, params: vec![], results: vec![], fallible: false };
    b.call_runtime(&Arc::new(ext), &[]);
    assert_ne!(load(&mut b), third);
    let text = b.finish(&r).to_string();
    assert_eq!(text.matches(" load ").count(), 6, "{text}");
}

#[test]
fn builder_fails_once_for_one_condition() {
    let mut b = FuncBuilder::new("f", &[Type::I1, Type::I1], &[]);
    let (bad, other) = (b.param(0), b.param(1));
    let fail = |b: &mut FuncBuilder| b.fail_if(bad, ErrorKind::IndexError, SiteId(0), &[]);
    b.if_then(other, |b| {
        fail(b);
        fail(b);
    });
    // The arm may not have run.
    fail(&mut b);
    b.if_then(other, fail);
    let text = b.finish(&[]).to_string();
    assert_eq!(text.matches("fail_if").count(), 2, "{text}");
}

#[test]
fn ranges_hold_for_every_value_in_them() {
    // All intervals with these ends, and all operations: what is computed lies in the interval, and what is decided is so.
    let ends = [i64::MIN, -9, -1, 0, 1, 7, 64, i64::MAX];
    let ranges: Vec<(i64, i64)> =
        ends.iter().flat_map(|a| ends.iter().filter(move |b| a <= b).map(move |b| (*a, *b))).collect();
    let inside = |(lo, hi): (i64, i64)| ends.into_iter().chain([-8, 2, 6, 63]).filter(move |x| (lo..=hi).contains(x));
    for x in &ranges {
        for y in &ranges {
            let mut b = FuncBuilder::new("f", &[Type::I64, Type::I64], &[]);
            let (p, q) = (b.param(0), b.param(1));
            b.assume(p, Range::new(x.0, x.1));
            b.assume(q, Range::new(y.0, y.1));
            for op in BinOp::ALL.iter().filter(|op| !op.is_float()) {
                let v = b.bin(*op, p, q);
                let r = b.range(v);
                let given = [p, q].iter().position(|given| *given == v);
                for (i, j) in inside(*x).flat_map(|i| inside(*y).map(move |j| (i, j))) {
                    let v = eval::bin(*op, Elem::I64, i as u64, j as u64) as i64;
                    assert!(given.is_none_or(|k| [i, j][k] == v), "{op:?} of {i} in {x:?} and {j} in {y:?}");
                    assert!(r.lo <= v && v <= r.hi, "{op:?} of {i} in {x:?} and {j} in {y:?} is {v}, not in {r:?}");
                }
            }
            for cmp in IntCmp::ALL {
                let v = b.icmp(*cmp, p, q);
                let Some(known) = b.as_const(v) else { continue };
                for (i, j) in inside(*x).flat_map(|i| inside(*y).map(move |j| (i, j))) {
                    let v = eval::icmp(*cmp, Elem::I64, i as u64, j as u64);
                    assert_eq!(known != 0, v, "{cmp:?} of {i} in {x:?} and {j} in {y:?}");
                }
            }
            for op in [OvOp::SAdd, OvOp::SSub, OvOp::SMul] {
                let (_, over) = b.overflow(op, p, q);
                let over = b.as_const(over);
                for (i, j) in inside(*x).flat_map(|i| inside(*y).map(move |j| (i, j))) {
                    let v = eval::overflow(op, Elem::I64, i as u64, j as u64).1;
                    assert!(over.is_none_or(|o| (o != 0) == v), "{op:?} of {i} in {x:?} and {j} in {y:?}");
                }
            }
        }
    }
}

#[test]
fn checks_of_indices_are_decided() {
    let mut b = FuncBuilder::new("f", &[Type::PTR], &[]);
    let p = b.param(0);
    let (zero, n, seven) = (b.i64(0), b.i64(100), b.i64(7));
    b.for_loop(zero, n, ForAttrs::default(), &[], |b, i, _| {
        b.for_loop(n, zero, ForAttrs { step: -3, ..ForAttrs::default() }, &[], |b, j, _| {
            assert_eq!(b.range(j), Range::new(1, 100));
            let (x, over) = b.overflow(OvOp::SMul, i, j);
            b.fail_if(over, ErrorKind::OverflowError, SiteId(0), &[]);
            let r = b.bin(BinOp::SRem, x, seven);
            let below = b.icmp(IntCmp::Slt, r, zero);
            let r = b.if_else(below, |b| vec![b.add(r, seven)], |_| vec![r]);
            b.store(r[0], p, Access::of(Type::I64));
            vec![]
        });
        vec![]
    });
    let text = b.finish(&[]).to_string();
    for (gone, there) in [("fail_if", " mul "), ("if ", " urem "), ("srem", "store")] {
        assert!(!text.contains(gone) && text.contains(there), "{text}");
    }
}

#[test]
fn pushes_are_written_out() {
    let text = r#"
        func @f(%0: ptr, %1: i64) -> () export {
            %2 = const i1 true
            if %2 {
                runtime list_push_word 1 (ptr, i64) -> () fallible %0, %1
                yield
            } else {
                yield
            }
            return
        }
    "#;
    let module: Module = text.parse().unwrap_or_else(|e| panic!("{e}"));
    let long = expand(std::borrow::Cow::Borrowed(&module));
    assert_eq!(verify(&long), Ok(()));
    let long = long.to_string();
    assert_eq!((long.matches("store").count(), long.matches("list_push_word").count()), (2, 1), "{long}");
    let empty = Module::new();
    assert!(matches!(expand(std::borrow::Cow::Borrowed(&empty)), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn verifier_refuses() {
    let body = |lines: &str| {
        format!(
            "site0 = 0 0 0 \"\" \"\"\nfunc @g() -> () {{\n return\n}}\nfunc @f(%0: i64, %1: i1) -> (i64) {{\n{lines}\n}}\n"
        )
    };
    for (lines, why) in [
        ("if %1 {\n%2 = add %0, %0\nyield\n} else {\nyield\n}\nreturn %2", "%2 is used where it is not defined"),
        ("%2 = const i64 1\n%2 = const i64 2\nreturn %2", "defined twice"),
        ("return", "declares"),
        ("yield %0", "body ends in `yield`"),
        ("if %1 {\nreturn %0\n} else {\nyield\n}\nreturn %0", "nested block ends in `return`"),
        ("%2 = if %1 {\nyield %0\n} else {\nyield %1\n}\nreturn %0", "yield [Type { elem: I64, lanes: 1 }] and"),
        ("for %0, %0 [step=0] (%2: i64) {\nyield\n}\nreturn %0", "step 0"),
        ("%4 = for %0, %0, %0 [step=1, threads=2] (%2: i64, %3: i64) {\nyield %3\n}\nreturn %0", "of threads"),
        ("%4 = for %0, %0, %0 [step=1] (%2: i64, %3: i64) {\nyield %1\n}\nreturn %0", "a `for` yields"),
        (
            "%4 = while %0 (%2: i64) {\nyield %2, %2\n} do (%3: i64) {\nyield %3\n}\nreturn %0",
            "the condition of a `while`",
        ),
        ("fail_if IndexError site1 %1\nreturn %0", "no site1"),
        ("%2 = call @g -> (i64)\nreturn %0", "other results"),
    ] {
        let module: Module = body(lines).parse().unwrap_or_else(|e| panic!("{e}\n{lines}"));
        let error = verify(&module).expect_err(lines).to_string();
        assert!(error.contains(why), "{lines}\n{error}");
    }
    let good: Module = body("%2 = if %1 {\nyield %0\n} else {\nreraise\n}\nreturn %2").parse().expect("reads");
    verify(&good).expect("is valid");
}

#[test]
fn reader_reports_lines() {
    for (text, line, why) in [
        ("func @f() -> () {\n  %1 = frob %2\n}", 2, "no operation `frob`"),
        ("func @f(%0: i65) -> () {\n}", 1, "expected a type"),
        ("func @f(%0: f64) -> () {\n\n  %1 = add %0, %0\n return\n}", 3, "no add of f64"),
        ("func @f() -> () {\n  call @g -> ()\n return\n}", 2, "no function @g"),
        ("func @f(%0: i64) -> () {\n %2 = add %0, %3\n%3 = add %0, %0\nreturn\n}", 2, "%3 is not defined"),
        ("site0 = 0 0 0 \"x", 1, "does not end"),
    ] {
        let error = text.parse::<Module>().expect_err(text);
        assert!(error.line == line && error.message.contains(why), "{text}\n{error}");
    }
}

#[test]
fn legalized_code_is_valid_and_simpler() {
    let m = everything();
    let legal = legalize(&m);
    verify(&legal).unwrap_or_else(|e| panic!("{e}\n{legal}"));
    let gone =
        |op: &Op| *op == Op::MulAddMod || matches!(op, Op::For(ForAttrs { parallel: Parallel::Threads { .. }, .. }));
    assert!(m.funcs.iter().any(|f| any_op(&f.body, &gone)));
    assert!(!legal.funcs.iter().any(|f| any_op(&f.body, &gone)));
    assert!(legal.find("all.par0").is_some() && legal.find("quipu.muladdmod").is_some());
    assert!(matches!(legalize(&legal), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn checks_are_dropped_and_what_a_program_raises_stays() {
    let mut b = FuncBuilder::new("f", &[Type::I1, Type::I1], &[]);
    let (out, bad) = (b.param(0), b.param(1));
    b.if_then(bad, |b| b.fail_if(out, ErrorKind::IndexError, SiteId(0), &[]));
    b.fail_if(bad, ErrorKind::ValueError, SiteId(0), &[]);
    let mut module = Module::new();
    module.add_site(Site::default());
    module.add(b.finish(&[]));
    assert_eq!(drop_checks(&mut module), 1);
    assert_eq!(verify(&module), Ok(()));
    assert!(any_op(&module.funcs[0].body, &|op| matches!(op, Op::FailIf { kind: ErrorKind::ValueError, .. })));
}
