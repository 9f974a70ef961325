//! Random functions: nested loops and branches around random instructions on scalars and vectors. All ways to compile
//! them must compute the same bits. Programs come from seeds; a failure prints the program.
//!
//! What the loop IR leaves open stays out of results: NaNs are replaced by one NaN before they are stored or looked at
//! as integers, and signs of NaNs are never copied.
#![expect(unsafe_code, reason = "calls compiled code")]

mod common;

use quipu_abi::ErrorKind;
use quipu_ir::loops::{
    Access, BinOp, Cast, Elem, FloatCmp, ForAttrs, Func, FuncBuilder, IntCmp, Module, Op, OvOp, Site, SiteId, Type,
    UnOp, Val,
};

/// xorshift64*.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

const LANES: [u16; 4] = [1, 2, 4, 8];
const ELEMS: [Elem; 7] = [Elem::I1, Elem::I8, Elem::I16, Elem::I32, Elem::I64, Elem::F32, Elem::F64];

struct Gen {
    rng: Rng,
    b: FuncBuilder,
    /// Values in scope.
    pool: Vec<Val>,
    /// Instructions still to be made.
    fuel: usize,
    site: SiteId,
}

impl Gen {
    fn any_type(&mut self) -> Type {
        Type::vec(self.rng.pick(&ELEMS), self.rng.pick(&LANES))
    }

    /// A value of this type: one in scope, or a constant at a border of the type.
    fn of(&mut self, ty: Type) -> Val {
        let fits: Vec<Val> = self.pool.iter().copied().filter(|v| self.b.ty(*v) == ty).collect();
        if !fits.is_empty() && self.rng.below(8) > 0 {
            // Young values more often.
            let n = fits.len();
            let at = n - 1 - self.rng.below(n).min(self.rng.below(n));
            return fits[at];
        }
        let e = ty.elem;
        let bits = match e {
            Elem::F64 => self.rng.pick(&[0.0, -0.0, 1.5, -2.5, 1e18, 1e-310, f64::INFINITY, 0.1]).to_bits(),
            Elem::F32 => u64::from(self.rng.pick(&[0.0, -0.0, 1.5, -2.5, 1e18, 1e-40, f32::INFINITY, 0.1]).to_bits()),
            _ => {
                let top = 1u64 << (e.bits() - 1);
                let random = self.rng.next();
                self.rng.pick(&[0, 1, 2, 3, 7, top, top - 1, u64::MAX, random]) & e.mask()
            }
        };
        self.b.constant(ty, bits)
    }

    fn keep(&mut self, v: Val) {
        self.pool.push(v);
    }

    /// NaNs become one NaN.
    fn canonical(&mut self, x: Val) -> Val {
        let ty = self.b.ty(x);
        if !ty.is_float() {
            return x;
        }
        let nan = self.b.float(ty, f64::NAN);
        let is_nan = self.b.fcmp(FloatCmp::Uno, x, x);
        self.b.select(is_nan, nan, x)
    }

    fn inst(&mut self) {
        let ty = self.any_type();
        let v = match self.rng.below(14) {
            0..=3 => {
                let ops: Vec<BinOp> = BinOp::ALL.iter().copied().filter(|op| *op != BinOp::CopySign).collect();
                let op = self.rng.pick(&ops);
                let operands = [self.of(ty), self.of(ty)];
                if quipu_ir::loops::result_types(&Op::Bin(op), &[ty, ty], |_| None).is_err() {
                    return;
                }
                self.b.bin(op, operands[0], operands[1])
            }
            4 => {
                let op = self.rng.pick(UnOp::ALL);
                if quipu_ir::loops::result_types(&Op::Un(op), &[ty], |_| None).is_err() {
                    return;
                }
                let x = self.of(ty);
                self.b.un(op, x)
            }
            5 => {
                let (x, y) = (self.of(ty), self.of(ty));
                if ty.is_float() {
                    let cmp = self.rng.pick(FloatCmp::ALL);
                    self.b.fcmp(cmp, x, y)
                } else {
                    let cmp = if ty.elem == Elem::I1 { IntCmp::Ne } else { self.rng.pick(IntCmp::ALL) };
                    self.b.icmp(cmp, x, y)
                }
            }
            6 => {
                let cond = if self.rng.below(2) == 0 { Type::I1 } else { ty.mask() };
                let (c, x, y) = (self.of(cond), self.of(ty), self.of(ty));
                self.b.select(c, x, y)
            }
            7 | 8 => {
                let to = ty.with_elem(self.rng.pick(&ELEMS));
                let cast = self.rng.pick(Cast::ALL);
                if quipu_ir::loops::result_types(&Op::Cast { cast, ty: to }, &[ty], |_| None).is_err() {
                    return;
                }
                let x = self.of(ty);
                let x = self.canonical(x);
                let r = self.b.cast(cast, x, to);
                self.canonical(r)
            }
            9 if ty.is_vec() => {
                let (x, y) = (self.of(ty), self.of(ty));
                let n = self.rng.pick(&[2, 4, 8]);
                let lanes: Vec<u16> = (0..n).map(|_| self.rng.below(2 * usize::from(ty.lanes)) as u16).collect();
                self.b.shuffle(x, y, &lanes)
            }
            10 if ty.is_vec() => {
                let x = self.of(ty);
                let lane = self.rng.below(usize::from(ty.lanes)) as u16;
                let y = self.b.extract(x, lane);
                self.keep(y);
                let other = self.of(Type::scalar(ty.elem));
                self.b.insert(x, other, lane)
            }
            11 if ty.is_vec() => {
                let x = self.of(Type::scalar(ty.elem));
                let splat = self.b.splat(x, ty.lanes);
                self.keep(splat);
                let mask = self.of(ty.mask());
                match self.rng.below(3) {
                    0 => self.b.any(mask),
                    1 => self.b.all(mask),
                    _ => self.b.bitmask(mask),
                }
            }
            12 if !ty.is_vec() && ty.is_int() && ty.elem != Elem::I1 => {
                let (x, y) = (self.of(ty), self.of(ty));
                let op = self.rng.pick(OvOp::ALL);
                let (r, o) = self.b.overflow(op, x, y);
                self.keep(o);
                r
            }
            13 => {
                let f = ty.with_elem(self.rng.pick(&[Elem::F32, Elem::F64]));
                let (x, y, z) = (self.of(f), self.of(f), self.of(f));
                self.b.fma(x, y, z)
            }
            _ => return,
        };
        self.keep(v);
    }

    fn carried(&mut self) -> (Vec<Type>, Vec<Val>) {
        let tys: Vec<Type> = (0..1 + self.rng.below(3)).map(|_| self.any_type()).collect();
        let vals = tys.iter().map(|t| self.of(*t)).collect();
        (tys, vals)
    }

    fn yields(&mut self, tys: &[Type]) -> Vec<Val> {
        tys.iter().map(|t| self.of(*t)).collect()
    }

    fn structured(&mut self, depth: usize) {
        let (tys, init) = self.carried();
        let scope = self.pool.len();
        let results = match self.rng.below(4) {
            0 => {
                let cond = self.of(Type::I1);
                self.b.begin_if(cond);
                self.block(depth);
                let yields = self.yields(&tys);
                self.pool.truncate(scope);
                self.b.begin_else(&yields);
                self.block(depth);
                let yields = self.yields(&tys);
                self.b.end_if(&yields)
            }
            1 => {
                // At most 9 rounds, whatever the condition says.
                let (zero, one, nine) = (self.b.i64(0), self.b.i64(1), self.b.i64(9));
                let mut all = vec![zero];
                all.extend(&init);
                let params = self.b.begin_while(&all);
                self.pool.extend(&params);
                self.block(depth);
                let some = self.of(Type::I1);
                let few = self.b.icmp(IntCmp::Slt, params[0], nine);
                let go = self.b.and(some, few);
                self.pool.truncate(scope);
                let params = self.b.begin_while_body(go, &params);
                self.pool.extend(&params);
                self.block(depth);
                let mut yields = vec![self.b.add(params[0], one)];
                yields.extend(self.yields(&tys));
                self.b.end_while(&yields)
            }
            kind => {
                let step = self.rng.pick(&[1, 1, 1, -1, 2, -3]);
                let trips = self.rng.below(6) as i64;
                let (lo, hi) = (self.b.i64(3), self.b.i64(3 + trips * step + step.signum()));
                let attrs = ForAttrs::step(step);
                let (iv, params) = self.b.begin_for(lo, hi, attrs, &init);
                self.keep(iv);
                self.pool.extend(params);
                self.block(depth);
                let yields = self.yields(&tys);
                if kind == 2 {
                    self.b.end_for(&yields)
                } else {
                    let stop = self.of(Type::I1);
                    let (mut results, trips) = self.b.end_for_stop(stop, &yields);
                    results.push(trips);
                    results
                }
            }
        };
        self.pool.truncate(scope);
        self.pool.extend(results);
    }

    fn block(&mut self, depth: usize) {
        for _ in 0..3 + self.rng.below(8) {
            if self.fuel == 0 {
                return;
            }
            self.fuel -= 1;
            match self.rng.below(12) {
                0 | 1 if depth > 0 => self.structured(depth - 1),
                2 => {
                    // Rarely true: many bits must agree.
                    let (x, y) = (self.of(Type::I64), self.of(Type::I64));
                    let k = self.b.i64(0x3f);
                    let (x, y) = (self.b.and(x, k), self.b.and(y, k));
                    let one = self.b.i64(1);
                    let y = self.b.xor(y, one);
                    let cond = self.b.icmp(IntCmp::Eq, x, y);
                    if self.rng.below(6) == 0 {
                        self.b.fail_if(cond, ErrorKind::ValueError, self.site, &[x]);
                    }
                }
                _ => self.inst(),
            }
        }
    }

    /// f(in, out): values are read at `in`; at the end all in scope are written to `out`.
    fn func(seed: u64, name: &str, site: SiteId) -> Func {
        let rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let b = FuncBuilder::new(name, &[Type::PTR, Type::PTR], &[]);
        let mut g = Gen { rng, b, pool: vec![], fuel: 120, site };
        let (input, out) = (g.b.param(0), g.b.param(1));
        for e in ELEMS {
            for lanes in LANES {
                let ty = Type::vec(e, lanes);
                let at = Access::of(ty).align(1).offset(8 * i32::from(lanes));
                let x = g.b.load(ty, input, at);
                let x = g.canonical(x);
                g.keep(x);
            }
        }
        while g.fuel > 0 {
            g.block(3);
        }
        let mut place = 0;
        // The youngest values are the most interesting ones; the buffer has room for these.
        for v in g.pool.clone().into_iter().rev().take(100) {
            let x = g.canonical(v);
            let ty = g.b.ty(x);
            g.b.store(x, out, Access::of(ty).align(1).offset(place));
            place += ty.bytes() as i32;
        }
        g.b.finish(&[])
    }
}

#[test]
fn tiers_agree() {
    const PROGRAMS: u64 = 40;
    const OUT: usize = 100 * 64;
    let mut m = Module::new();
    let site = m.add_site(Site::default());
    for seed in 0..PROGRAMS {
        let func = Gen::func(seed + 1, &format!("f{seed}"), site);
        m.add(func);
    }
    // The text form of whatever the builder makes reads back.
    let text = m.to_string();
    assert_eq!(text.parse::<Module>().expect("reads").to_string(), text);
    let compiled = common::compile(&m);
    let mut rng = Rng(99);
    for round in 0..6 {
        let input: Vec<u64> = (0..32).map(|_| if round == 0 { 0 } else { rng.next() >> (rng.next() % 60) }).collect();
        for seed in 0..PROGRAMS {
            let name = format!("f{seed}");
            let mut first: Option<(i32, [i64; 4], Vec<u8>)> = None;
            for (way, code) in &compiled {
                let mut out = vec![0u8; OUT];
                let mut ctx = common::context();
                let status = call!(code, &name, ctx, input.as_ptr(), out.as_mut_ptr());
                let got = (status, ctx.error.operands, out);
                match &first {
                    None => first = Some(got),
                    Some(want) => {
                        assert!(*want == got, "{way} differs in round {round} on\n{}", m.funcs[seed as usize]);
                    }
                }
            }
        }
    }
}
