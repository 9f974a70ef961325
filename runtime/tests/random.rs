//! Draws of default_rng against NumPy's (recorded/random.py).

mod common;

use common::numbers;
use quipu_runtime::random::Generator;

#[test]
fn draws_are_numpys() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in include_str!("recorded/random.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut rng = Generator::new(fields[1].parse().unwrap()).unwrap();
        let args: Vec<i64> = numbers(fields[2]);
        let n: usize = fields[3].parse().unwrap();
        let mut draws: Vec<u64> = Vec::new();
        for _ in 0..n {
            match fields[0] {
                "random" => draws.push(rng.random().to_bits()),
                "normal" => draws.push(rng.normal().to_bits()),
                "integers" => draws.push(rng.integers(args[0], args[1]).unwrap() as u64),
                _ => {
                    draws.push(rng.random().to_bits());
                    draws.push((rng.integers(0, 100).unwrap() as f64).to_bits());
                    draws.push(rng.normal().to_bits());
                }
            }
        }
        let fnv = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
        let hash = draws.iter().flat_map(|draw| draw.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, fnv);
        cases += 1;
        if format!("{hash:016x}") != fields[4] {
            wrong.push(fields[..4].join(" "));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases > 100, "the record is cut short: {cases} cases");
}

#[test]
fn bad_arguments_are_errors() {
    assert_eq!(Generator::new(-1).unwrap_err().to_string(), "ValueError: expected non-negative integer");
    let mut rng = Generator::new(1).unwrap();
    assert_eq!(rng.integers(5, 5).unwrap_err().to_string(), "ValueError: low >= high");
}
