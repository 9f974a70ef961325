//! Sums against the bits that NumPy's have (recorded/sum.py).

mod common;

use common::numbers;
use num_complex::Complex;
use quipu_abi::DType;
use quipu_runtime::sum::sum_axes;
use quipu_runtime::view::{ArrayView, OwnedArray, c_strides};

/// The same numbers as in recorded/sum.py.
fn value(i: u64) -> f64 {
    (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1u64 << 53) as f64 - 0.4
}

fn base(dtype: DType, dims: &[usize]) -> OwnedArray {
    let n = dims.iter().product::<usize>() as u64;
    match dtype {
        DType::F32 => OwnedArray::from_vec(dims, &(0..n).map(|i| value(i) as f32).collect::<Vec<_>>()),
        DType::F64 => OwnedArray::from_vec(dims, &(0..n).map(value).collect::<Vec<_>>()),
        DType::C64 => {
            let z = |i| Complex::new(value(2 * i) as f32, value(2 * i + 1) as f32);
            OwnedArray::from_vec(dims, &(0..n).map(z).collect::<Vec<_>>())
        }
        _ => {
            let z = |i| Complex::new(value(2 * i), value(2 * i + 1));
            OwnedArray::from_vec(dims, &(0..n).map(z).collect::<Vec<_>>())
        }
    }
}

#[test]
fn sums_have_numpys_bits() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in include_str!("recorded/sum.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let dtype = DType::from_name(fields[0]).unwrap();
        let dims: Vec<usize> = numbers(fields[1]);
        let data = base(dtype, &dims);
        let (mut offset, mut axes) = (0, Vec::new());
        for (slice, stride) in fields[2].split(',').zip(c_strides(&dims, dtype.size())) {
            let parts: Vec<isize> = slice.split(':').map(|p| p.parse().unwrap()).collect();
            offset += parts[0] * stride;
            axes.push((parts[2] as usize, parts[1] * stride));
        }
        let axes: Vec<_> = numbers::<usize>(fields[3]).into_iter().map(|axis| axes[axis]).collect();
        let mut axes: Vec<((usize, isize), bool)> = match fields[4] {
            "all" => axes.into_iter().map(|axis| (axis, true)).collect(),
            list => axes.into_iter().enumerate().map(|(k, axis)| (axis, numbers::<usize>(list).contains(&k))).collect(),
        };
        // In NumPy's order; no record has two axes left that this exchanges.
        axes.sort_by_key(|((_, stride), _)| std::cmp::Reverse(stride.unsigned_abs()));
        let (sides, summed): (Vec<(usize, isize)>, Vec<bool>) = axes.into_iter().unzip();
        let (lens, strides): (Vec<usize>, Vec<isize>) = sides.into_iter().unzip();
        let a = ArrayView::new(dtype, &lens, &strides, &data.bytes, offset as usize).unwrap();
        let got = sum_axes(&a, &summed, &strides, false).unwrap();
        let fnv = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        let hash = got.bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv);
        cases += 1;
        if format!("{hash:016x}") != fields[5] {
            wrong.push(fields[..5].join(" "));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases > 500, "the record is cut short: {cases} cases");
}
