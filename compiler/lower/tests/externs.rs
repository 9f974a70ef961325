//! Every row of `extern` is called as the runtime's table says, for every type that it takes.

mod common;
use common::{check, lowered, on_back_ends, read};
use quipu_abi::DType;
use quipu_ir::{Builder, FuncId, Module, Ty, Value, ops};

#[test]
fn every_row_fits_the_runtimes_table() {
    let scalars: Vec<Ty> = DType::ALL.into_iter().map(Ty::Scalar).collect();
    let array = Ty::Array(DType::F64, vec![3.into()]);
    let mut tried = 0;
    for row in ops::ALL_EXTERNS {
        let mut candidates: Vec<Vec<Ty>> = vec![
            vec![],
            vec![Ty::Str],
            vec![array.clone()],
            vec![Ty::Str, Ty::Str],
            vec![Ty::Str, Ty::I64],
            vec![Ty::Str, Ty::I64, Ty::I64, Ty::I64],
            vec![Ty::Str, Ty::Str, Ty::Str, Ty::I64],
            vec![Ty::Str, Ty::Str, Ty::Str],
            vec![Ty::F64, Ty::I64],
            vec![Ty::I64, Ty::I64],
            vec![Ty::I64],
            vec![Ty::Str, array.clone()],
            vec![Ty::Str, array.clone(), Ty::Scalar(DType::Bool)],
            vec![Ty::Str, array.clone(), Ty::Str],
            vec![array.clone(), Ty::Str],
            vec![Ty::Str, Ty::Str, Ty::I64, Ty::I64],
            vec![Ty::Str, Ty::Str, Ty::Str, Ty::I64, Ty::Str],
        ];
        candidates.extend(scalars.iter().map(|t| vec![t.clone()]));
        for d in [DType::I64, DType::F64, DType::Bool, DType::C128] {
            candidates.push(vec![Ty::Scalar(d), Ty::Str]);
        }
        let mut fits = 0;
        for tys in candidates {
            let (mut b, x) = Builder::new("f", &tys, 0);
            let here = b.cur();
            if b.try_emit_in(here, ops::Extern(row).into(), &x, vec![], false).is_err() {
                continue;
            }
            let m = Module { funcs: vec![b.finish(&[])], main: None };
            lowered(&m);
            fits += 1;
        }
        assert!(fits > 0, "no types for {}", row.name);
        tried += fits;
    }
    assert!(tried >= ops::ALL_EXTERNS.len());
}

#[test]
fn texts_are_made_and_freed() {
    let text = r#"
func @f(%n: i64, %x: f64, %c: bool) -> i64 {
    %a = extern str_of %n
    %b = extern str_of %x
    %d = extern str_of %c
    %sep = const str ", "
    %p = extern str_concat %a, %sep
    %q = extern str_concat %p, %b
    %r = extern str_concat %q, %sep
    %s = extern str_concat %r, %d
    extern print %s
    %two = const i64 2
    %t = extern str_repeat %s, %two
    extern print %t
    %len = extern str_len %t
    return %len
}"#;
    let ran = check(text, "f", &[Value::i64(-12), Value::f64(0.1), Value::bool(true)]);
    assert_eq!(ran.output, "-12, 0.1, True".repeat(3));
}

#[test]
fn arrays_print_as_numpy_prints_them() {
    let text = r#"
func @f(%a: f64[n, m]) -> i64 {
    %t = permute %a, perm=[1, 0]
    %s = extern array_str %t
    extern print %s
    %n = size n
    return %n
}"#;
    let m = read(text);
    let a = Value::array(quipu_ir::Array::from_scalars(
        DType::F64,
        vec![2, 3],
        (0..6).map(|k| quipu_ir::Scalar::F64(f64::from(k))),
    ));
    for (name, ran) in on_back_ends(&m, FuncId(0), &[a]) {
        assert_eq!(ran.output, "[[0. 3.]\n [1. 4.]\n [2. 5.]]", "{name}");
    }
}
