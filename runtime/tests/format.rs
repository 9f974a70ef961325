//! Text of numbers, strings and arrays against what CPython and NumPy printed (recorded/format.py).

mod common;

use common::{bytes, numbers, or_error, unescape};
use quipu_abi::DType;
use quipu_runtime::format::{self, FloatMode, PrintOptions, Sign};
use quipu_runtime::view::{ArrayView, Scalar};

fn float(hex: &str) -> f64 {
    f64::from_le_bytes(bytes(hex).try_into().unwrap())
}

fn options(text: &str) -> PrintOptions {
    let mut options = PrintOptions::default();
    for (key, value) in text.split(';').filter_map(|item| item.split_once('=')) {
        match key {
            "precision" => options.precision = value.parse().unwrap(),
            "threshold" => options.threshold = value.parse().unwrap(),
            "edgeitems" => options.edgeitems = value.parse().unwrap(),
            "linewidth" => options.linewidth = value.parse().unwrap(),
            "suppress" => options.suppress = value == "True",
            "nanstr" => options.nanstr = value.to_owned(),
            "infstr" => options.infstr = value.to_owned(),
            "sign" => {
                options.sign = match value {
                    "+" => Sign::Plus,
                    " " => Sign::Space,
                    _ => Sign::Minus,
                }
            }
            "floatmode" => {
                options.floatmode = match value {
                    "fixed" => FloatMode::Fixed,
                    "unique" => FloatMode::Unique,
                    "maxprec" => FloatMode::MaxPrec,
                    _ => FloatMode::MaxPrecEqual,
                }
            }
            _ => panic!("unknown option {key}"),
        }
    }
    options
}

/// What we print for a case's fields; several texts where NumPy's `str` and `repr` are recorded together.
fn ours(fields: &[String]) -> Vec<String> {
    let f = |i: usize| fields[i].as_str();
    match f(0) {
        "float" => vec![format::float_repr(float(f(1)))],
        "complex" => vec![format::complex_repr(float(f(1)), float(f(2)))],
        "str" => vec![format::str_repr(&String::from_utf8(bytes(f(1))).unwrap())],
        "format_int" => vec![or_error(format::format_int(f(1).parse().unwrap(), f(2)))],
        "format_float" => vec![or_error(format::format_float(float(f(1)), f(2)))],
        "format_str" => vec![or_error(format::format_str(f(1), f(2)))],
        "format_bool" => vec![or_error(format::format_bool(f(1) == "1", f(2)))],
        "format_complex" => vec![or_error(format::format_complex(float(f(1)), float(f(2)), f(3)))],
        "scalar" => {
            let x = Scalar::from_bytes(DType::from_name(f(1)).unwrap(), &bytes(f(2)));
            vec![format::scalar_str(x), format::scalar_repr(x)]
        }
        "array" => {
            let data = bytes(f(5));
            let dtype = DType::from_name(f(1)).unwrap();
            let a = ArrayView::new(dtype, &numbers(f(2)), &numbers(f(3)), &data, f(4).parse().unwrap()).unwrap();
            let options = options(f(6));
            vec![format::array_str(&a, &options), format::array_repr(&a, &options)]
        }
        kind => panic!("unknown kind of case {kind}"),
    }
}

#[test]
fn texts_are_those_recorded() {
    let recorded = include_str!("recorded/format.txt");
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in recorded.lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let got = ours(&fields);
        let want = &fields[fields.len() - got.len()..];
        cases += 1;
        if got != want {
            let start: String = line.chars().take(200).collect();
            wrong.push(format!("{start}\nwant {}\ngot  {}\n", want.join("\n"), got.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} differ\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(cases > 4000, "the record is cut short: {cases} cases");
}

/// Whatever a specification says, it gives a text or an error.
#[test]
fn no_specification_panics() {
    let mut state = 7u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let alphabet: Vec<char> = "<>=^+- z#0123456789,_.bcdeEfFgGnosxX%é🎉\n".chars().collect();
    for _ in 0..100_000 {
        let spec: String = (0..random(7)).map(|_| alphabet[random(alphabet.len())]).collect();
        // Wide ones are legal, but slow.
        if spec.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 3) {
            continue;
        }
        let x = [0.0, -1.5, 1e300, 5e-324, f64::NAN, f64::NEG_INFINITY][random(6)];
        let _ = format::format_float(x, &spec);
        let _ = format::format_complex(x, -x, &spec);
        let _ = format::format_int([0, -1, i64::MAX, i64::MIN][random(4)], &spec);
        let _ = format::format_uint(u64::MAX, &spec);
        let _ = format::format_bool(true, &spec);
        let _ = format::format_str("aé🎉", &spec);
    }
    assert_eq!(format::format_int(1, "999999999").unwrap_err().kind, quipu_abi::ErrorKind::MemoryError);
    assert_eq!(format::format_float(1.0, ".999999999f").unwrap_err().kind, quipu_abi::ErrorKind::MemoryError);
}
