//! The configurations in which a program must print the same bits.
//!
//! On one machine the digits do not depend on the back end, the number of threads or the width of vectors. A full
//! matrix is both back ends with 1 and 2 threads and each level of vector extensions that this machine has, and every tier
//! that makes code started from a warm cache: fifteen runs of every program. A share of it is one of these for each program, the same one every time, which is what every test
//! run adds: all configurations are met by some programs, and all programs by one more than the tiers.

/// A run of `quipu run` with these arguments, which print what they print on `tier`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Configuration {
    pub tier: &'static str,
    pub args: Vec<String>,
    /// It ran before, and what it prints now comes from the cache.
    pub warm: bool,
}

impl Configuration {
    /// The tier as it is.
    pub fn plain(tier: &'static str) -> Configuration {
        Configuration { tier, args: vec![], warm: false }
    }

    /// For the name of a trial.
    pub fn label(&self) -> String {
        let values = self.args.iter().filter(|a| !a.starts_with("--"));
        let warm = self.warm.then_some("warm");
        std::iter::once(self.tier).chain(values.map(String::as_str)).chain(warm).collect::<Vec<_>>().join("/")
    }

    /// The tier whose failures it shares: `auto` begins as Cranelift does.
    pub fn like(&self) -> &'static str {
        if self.tier == "auto" { "cranelift" } else { self.tier }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    Off,
    Share,
    Full,
}

impl Extent {
    pub fn parse(name: &str) -> Result<Extent, String> {
        match name {
            "off" => Ok(Extent::Off),
            "share" => Ok(Extent::Share),
            "full" => Ok(Extent::Full),
            name => Err(format!("QUIPU_MATRIX={name}: it is off, share or full")),
        }
    }

    /// What a program runs in beside the plain tiers.
    pub fn of(self, program: &str) -> Vec<Configuration> {
        let all = configurations(&levels());
        match self {
            Extent::Off => vec![],
            Extent::Share => all.get(hash(program) as usize % all.len()).cloned().into_iter().collect(),
            Extent::Full => all,
        }
    }
}

/// The levels of `--cpu` that this machine can run.
#[cfg(target_arch = "x86_64")]
fn levels() -> Vec<&'static str> {
    let mut out = vec!["sse2"];
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("bmi2") {
        out.push("avx2");
        let wide = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        if wide {
            out.push("avx512");
        }
    }
    out
}

#[cfg(not(target_arch = "x86_64"))]
fn levels() -> Vec<&'static str> {
    vec!["host"]
}

fn configurations(levels: &[&str]) -> Vec<Configuration> {
    let mut out = vec![];
    for tier in ["cranelift", "llvm"] {
        for threads in ["1", "2"] {
            for level in levels {
                let args = ["--threads", threads, "--cpu", level].map(str::to_owned).to_vec();
                out.push(Configuration { tier, args, warm: false });
            }
        }
    }
    out.extend(["auto", "cranelift", "llvm"].map(|tier| Configuration { warm: true, ..Configuration::plain(tier) }));
    out
}

/// FNV-1a: a program keeps its configuration when others come and go.
fn hash(text: &str) -> u64 {
    let step = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    let h = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    h ^ (h >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_meets_every_configuration() {
        let all = configurations(&["sse2", "avx2", "avx512"]);
        assert_eq!(all.len(), 15);
        assert_eq!(all[4].label(), "cranelift/2/avx2");
        assert_eq!(all[12].label(), "auto/warm");
        let mut met = vec![0; all.len()];
        for k in 0..250 {
            met[hash(&format!("tests/programs/family/{k:02}_name")) as usize % all.len()] += 1;
        }
        assert!(met.iter().all(|n| (5..40).contains(n)), "{met:?}");
        assert!(Extent::parse("half").is_err());
        assert_eq!(Extent::Share.of("a"), Extent::Share.of("a"));
        assert!(Extent::Off.of("a").is_empty());
    }
}
