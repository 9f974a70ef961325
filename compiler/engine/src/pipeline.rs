//! The passes over the core IR, in their order.
//!
//! Each sees every function before the next one begins. `quipu emit --stage core --after NAME` shows what there is
//! behind one of them.

use quipu_ir::{Func, Module};
use quipu_transforms as t;

/// A pass: its name, and why it stands where it does.
pub struct Pass {
    pub name: &'static str,
    pub why: &'static str,
    /// Says how much it did.
    run: fn(&mut Func) -> usize,
}

/// The name of what inference gives, before any pass.
pub const INFERRED: &str = "infer";

pub const PASSES: [Pass; 4] = [
    Pass {
        name: "dce",
        why: "inference writes down what a later look may need; everything behind has less to do",
        run: |f| usize::from(t::dce(f)),
    },
    Pass {
        name: "peel",
        why: "settles what a name is after the first trip, so that a loop is the plain reduction that `chunk` looks for",
        run: |f| {
            let n = t::peel_settled(f);
            if n > 0 {
                t::dce(f);
            }
            n
        },
    },
    Pass { name: "chunk", why: "makes the sums of parallel loops independent of threads", run: t::chunk_reductions },
    Pass { name: "copies", why: "settles who owns what; nothing may change uses behind it", run: t::insert_copies },
];

/// Runs the passes up to `after` (all of them without one); gives how much each did.
pub fn run(module: &mut Module, after: Option<&str>) -> Vec<(&'static str, usize)> {
    let mut done = vec![];
    if after == Some(INFERRED) {
        return done;
    }
    for p in &PASSES {
        done.push((p.name, module.funcs.iter_mut().map(p.run).sum()));
        if after == Some(p.name) {
            break;
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Show};

    const PROGRAM: &str = "import numpy as np\nfrom numba import njit, prange\n\
        @njit(parallel=True)\ndef total(a):\n    s = 0.0\n    for i in prange(len(a)):\n        s += a[i]\n    return s\n\
        a = np.ones(1000)\nb = a\na[0] = 2.0\nprint(total(b))\n";

    fn after(pass: Option<&str>) -> String {
        let engine = Engine::default();
        let mut program = engine.compile_to("p.py", PROGRAM, pass).expect("compiles");
        engine.emit(&mut program, Show::Core, None).expect("prints")
    }

    /// Every name gives a text; the last one is what the program is compiled from.
    #[test]
    fn passes_can_be_looked_behind() {
        let names = std::iter::once(INFERRED).chain(PASSES.iter().map(|p| p.name));
        let texts: Vec<String> = names.map(|p| after(Some(p))).collect();
        assert!(texts.iter().all(|t| t.contains("func @")));
        assert_eq!(texts.last(), Some(&after(None)));
        let equations = |t: &String| t.lines().filter(|l| l.contains(" = ")).count();
        assert!(equations(&texts[1]) < equations(&texts[0]), "dead code goes first");
        assert_ne!(texts[2], texts[3], "the loop is made into chunks behind `peel`");
    }
}
