//! loadtxt, load and save against NumPy's (recorded/files.py).

mod common;

use common::{bytes, numbers, or_error, unescape};
use quipu_abi::DType;
use quipu_runtime::Result;
use quipu_runtime::files::{npy, text};
use quipu_runtime::format::{PrintOptions, array_repr};
use quipu_runtime::view::{ArrayView, OwnedArray};

fn repr(array: Result<OwnedArray>) -> String {
    or_error(array.and_then(|a| Ok(array_repr(&a.view()?, &PrintOptions::default()))))
}

fn options(text: &str) -> text::LoadText {
    let mut options = text::LoadText::default();
    for (key, value) in text.split(';').filter_map(|item| item.split_once('=')) {
        match key {
            "dtype" => options.dtype = DType::from_name(value).unwrap(),
            "delimiter" => options.delimiter = value.chars().next(),
            "comments" => options.comments = if value == "None" { Vec::new() } else { vec![value.to_owned()] },
            "skiprows" => options.skiprows = value.parse().unwrap(),
            "max_rows" => options.max_rows = Some(value.parse().unwrap()),
            "usecols" => options.usecols = Some(numbers(value)),
            "ndmin" => options.ndmin = value.parse().unwrap(),
            _ => panic!("unknown option {key}"),
        }
    }
    options
}

#[test]
fn files_read_and_write_as_numpys() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in include_str!("recorded/files.txt").lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let f = |i: usize| fields[i].as_str();
        let got = match f(0) {
            "loadtxt" => repr(text::parse(f(1), &options(f(2)))),
            "load" => repr(npy::from_bytes(&bytes(f(1)))),
            "save" => {
                let data = bytes(f(4));
                let a =
                    ArrayView::new(DType::from_name(f(1)).unwrap(), &numbers(f(2)), &numbers(f(3)), &data, 0).unwrap();
                npy::to_bytes(&a).iter().map(|byte| format!("{byte:02x}")).collect()
            }
            kind => panic!("unknown kind of case {kind}"),
        };
        cases += 1;
        let want = &fields[fields.len() - 1];
        if got != *want {
            wrong.push(format!("{line}\nwant {want}\ngot  {got}\n"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases > 300, "the record is cut short: {cases} cases");
}

#[test]
fn files_on_disk() {
    let path = std::env::temp_dir().join(format!("quipu-files-test-{}", std::process::id()));
    let path = path.to_str().unwrap();
    let a = OwnedArray::from_vec(&[2, 2], &[1.5f64, 2.0, -3.0, 4.0]);
    npy::save(path, &a.view().unwrap()).unwrap();
    let saved = format!("{path}.npy");
    assert_eq!(npy::load(&saved).unwrap(), a);
    std::fs::remove_file(&saved).unwrap();
    let missing = text::loadtxt("no-such-file.txt", &text::LoadText::default()).unwrap_err();
    assert_eq!(missing.to_string(), "FileNotFoundError: no-such-file.txt not found.");
    let missing = npy::load("no-such-file.npy").unwrap_err();
    assert_eq!(missing.to_string(), "FileNotFoundError: [Errno 2] No such file or directory: 'no-such-file.npy'");
    let missing = npy::save("no-such-folder/x.npy", &a.view().unwrap()).unwrap_err();
    assert_eq!(missing.to_string(), "FileNotFoundError: [Errno 2] No such file or directory: 'no-such-folder/x.npy'");
}

/// Whatever a file holds, reading it must end in an array or an error.
#[test]
fn damaged_files_are_errors() {
    let whole = npy::to_bytes(&OwnedArray::from_vec(&[3], &[1i32, 2, 3]).view().unwrap());
    for n in 0..whole.len() {
        assert!(npy::from_bytes(&whole[..n]).is_err(), "{n} bytes are not a file");
    }
    let mut state = 1u64;
    for _ in 0..20_000 {
        let mut damaged = whole.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % 80;
            damaged[at] = b"0123456789(){}[],':<>|LOfiuc\xff\x00 "[(state >> 20) as usize % 31];
        }
        if let Ok(array) = npy::from_bytes(&damaged) {
            array.view().unwrap();
        }
    }
}
