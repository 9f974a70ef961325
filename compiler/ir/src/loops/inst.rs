//! Instructions, blocks, functions and modules of the loop IR: plain data that passes may take apart.
//!
//! An instruction is an operation, its operands, the values it defines and its nested blocks. What each operation
//! computes stands at its variant; `eval.rs` is the same as executable code.

use super::types::*;
use quipu_abi::ErrorKind;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How memory is accessed: at operand + `offset` bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Access {
    pub offset: i32,
    /// A power of two that divides the address.
    pub align: u32,
    pub alias: AliasClass,
    /// A streaming store: the data will not be read again soon.
    pub nontemporal: bool,
}

impl Access {
    /// Naturally aligned for scalars of this type (vectors: as one element), may alias anything.
    pub fn of(ty: Type) -> Access {
        Access { offset: 0, align: ty.elem.bytes(), alias: AliasClass::MAY_ALIAS, nontemporal: false }
    }

    pub fn alias(self, class: u16) -> Access {
        Access { alias: AliasClass(class), ..self }
    }

    pub fn align(self, align: u32) -> Access {
        Access { align, ..self }
    }

    pub fn offset(self, offset: i32) -> Access {
        Access { offset, ..self }
    }

    pub fn nontemporal(self) -> Access {
        Access { nontemporal: true, ..self }
    }
}

/// A function of the runtime. It is called through entry `index` of the table `ctx.functions`.
///
/// Fallible: `i32 f(ctx*, args.., outs*)`. Infallible: `R f(ctx*, args..)` with at most one result, `void f(ctx*, args..,
/// outs*)` with more. Parameters are i1 (a C bool), i32, i64, f32, f64 or ptr: C leaves open who widens the narrower ones.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Extern {
    pub name: String,
    pub index: u32,
    pub params: Vec<Type>,
    pub results: Vec<Type>,
    pub fallible: bool,
}

/// Who runs the iterations of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Parallel {
    /// In order, by the caller.
    #[default]
    No,
    /// In any order: iterations touch disjoint memory, or only read what others read (for the vectorizer).
    Independent,
    /// Independent, and run by the runtime's threads in this many chunks of equal size, or one per iteration where there
    /// are fewer; chunks smaller than `grain` iterations are not made. Such a loop carries nothing and has no `stop`.
    Threads { chunks: u32, grain: u32 },
}

/// What the back end's own vectorizer should do with a loop.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Vectorize {
    #[default]
    Auto,
    Never,
    /// This many lanes.
    Width(u16),
}

/// What is known of and wanted for a `for`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ForAttrs {
    /// Not 0.
    pub step: i64,
    /// The body's first yielded value is an i1; when true the loop ends after this iteration. The last result is then
    /// the number of iterations done, as i64.
    pub stop: bool,
    pub parallel: Parallel,
    pub vectorize: Vectorize,
    /// 0: the back end chooses; 1: never.
    pub unroll: u16,
}

impl Default for ForAttrs {
    fn default() -> Self {
        ForAttrs { step: 1, stop: false, parallel: Parallel::No, vectorize: Vectorize::Auto, unroll: 0 }
    }
}

impl ForAttrs {
    pub fn step(step: i64) -> ForAttrs {
        ForAttrs { step, ..ForAttrs::default() }
    }
}

/// The operations. `x`, `y`, .. are the operands in order; "lane-wise" operations take scalars and vectors alike.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Op {
    /// The constant with these bits (zero above the type's width); every lane of a vector.
    Const {
        ty: Type,
        bits: u64,
    },
    /// 0, 1, 2 .. in the lanes of an integer vector.
    Iota(Type),
    /// Lane-wise. Integers wrap. Shifts: a count (unsigned) of the width or more gives 0, or the sign for `ashr`.
    /// Division by 0 gives 0, for `/` and `%`; MIN / -1 = MIN, MIN % -1 = 0; both truncate. `*mul_hi`: the upper half of
    /// the double-width product. Floats are IEEE, rounding to nearest even, denormals kept. `fmax`: x if x > y or x is
    /// NaN, else y (NumPy's maximum); `fmin` so with <. The payload and sign of a NaN that arithmetic makes are
    /// unspecified. i1 has `and or xor` only.
    Bin(BinOp),
    /// Lane-wise. `clz` and `ctz` of 0 are the width. `rint` rounds half to even. fneg and fabs only touch the sign bit.
    Un(UnOp),
    /// x * y + z with one rounding, on every machine.
    Fma,
    /// Lane-wise, i1 per lane. `eq` and `ne` also take i1, and every comparison takes ptr (scalar).
    Icmp(IntCmp),
    Fcmp(FloatCmp),
    /// x ? y : z; x is an i1, or an i1 per lane.
    Select,
    /// Scalar i8 to i64: the wrapped result, and whether it differs from the mathematical one.
    Overflow(OvOp),
    /// (x * y + z) mod m of i64, computed in 128 bits, with Python's sign (that of m); 0 where m is 0.
    MulAddMod,
    /// Lane-wise conversion to `ty`. fptosi truncates; NaN and what is out of range give MIN of i64, or of i32 for results
    /// of 32 bits and less, which are then truncated (cvttsd2si). fptoui to i64: x < 2^63 or NaN as fptosi, else fptosi(x -
    /// 2^63) xor MIN; to i32: the low half of fptosi to i64; narrower: as fptosi. There is no conversion of floats to i1.
    /// `bitcast` is between types of one size without i1 (i64, f64, ptr; i32, f32; lane-wise for vectors).
    Cast {
        cast: Cast,
        ty: Type,
    },
    /// A value of `ty` at x. i1 reads a byte: 0 is false, all else true. Vectors are contiguous, i1 lanes too.
    Load {
        ty: Type,
        at: Access,
    },
    /// Stores y at x.
    Store {
        at: Access,
    },
    /// Lanes whose bit in the mask y is set are read, the others are z's lanes and are not touched in memory.
    MaskedLoad {
        ty: Type,
        at: Access,
    },
    /// Lanes of y whose bit in the mask z is set are stored at x.
    MaskedStore {
        at: Access,
    },
    /// Lane i is read at x + y[i] bytes where the mask z has bit i, else it is the fourth operand's.
    Gather {
        ty: Type,
        at: Access,
    },
    /// Lane i of the third operand is stored at x + y[i] bytes where the mask (fourth) has bit i, lanes in order.
    Scatter {
        at: Access,
    },
    /// x + y bytes.
    PtrAdd,
    /// The address of `bytes` uninitialized bytes that live as long as the activation, the same each time it is executed.
    StackAlloc {
        bytes: u32,
        align: u32,
    },
    /// The address of constant bytes, a multiple of 16. Nobody writes there; equal ones may be at one place.
    Data(Arc<[u8]>),
    /// The context, for code that handles an error (fields: quipu-abi) or passes it on.
    CtxPtr,
    /// The code of a function, for callbacks.
    FuncAddr(FuncId),
    /// Every lane is x.
    Splat {
        lanes: u16,
    },
    Extract {
        lane: u16,
    },
    /// x with lane `lane` replaced by y.
    Insert {
        lane: u16,
    },
    /// Lane i is lane `lanes[i]` of x followed by y.
    Shuffle {
        lanes: Vec<u16>,
    },
    /// Of an i1 vector: is one, is every lane set; all of them as the low bits of an i64.
    Any,
    All,
    Bitmask,
    /// A function of the C library, lane by lane; bit-equal on all back ends because all call it.
    Math(MathFn),
    /// Results are the callee's. A failure returns 1 from this function at once, unless `catch`: then the first result is
    /// an i1 that tells of it, the others are 0 after a failure, and the error stands in ctx.
    Call {
        func: FuncId,
        results: Vec<Type>,
        catch: bool,
    },
    /// The same of a runtime function. It says nothing of places: what fails has the place `site`, if there is one.
    CallRuntime {
        ext: Arc<Extern>,
        catch: bool,
        site: Option<SiteId>,
    },
    /// Where x is true: stores kind, site and operands (up to four i64 behind x) in ctx.error and returns 1.
    FailIf {
        #[serde(with = "kind")]
        kind: ErrorKind,
        site: SiteId,
    },
    /// Fails with KeyboardInterrupt where ctx.interrupt is not 0.
    Poll {
        site: SiteId,
    },
    /// Fails with RecursionError where the stack has grown below ctx.stack_limit, somewhere in this frame: the limit
    /// must leave room for the largest frame, and for what runtime functions need.
    StackCheck {
        site: SiteId,
    },
    /// x is the condition; blocks: then, else. Results: what the block that is run yields.
    If,
    /// lo, hi, carried..; one block with the induction variable (i64) and the carried values as parameters that yields
    /// (stop,) carried... Runs for lo, lo + step, .. below hi (above, for a negative step). Results: carried.. (, trips).
    For(ForAttrs),
    /// Carried values. Blocks: the condition, with parameters for them, yields an i1 and any values; they are parameters
    /// of the body, which yields the next carried values, or the results once the i1 is false.
    While,
}

/// How a block ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum End {
    /// Of nested blocks: the values for the instruction that holds the block.
    Yield(Vec<Val>),
    /// Of a function's body.
    Return(Vec<Val>),
    /// Stores the error in ctx and returns 1 from the function.
    Fail {
        #[serde(with = "kind")]
        kind: ErrorKind,
        site: SiteId,
        operands: Vec<Val>,
    },
    /// Returns 1 from the function with the error that ctx holds already.
    Reraise,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Inst {
    pub op: Op,
    pub args: Vec<Val>,
    pub results: Vec<Val>,
    pub blocks: Vec<Block>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Block {
    pub params: Vec<Val>,
    pub insts: Vec<Inst>,
    pub end: End,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Inline {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Func {
    /// Unique in its module; letters, digits, `_`, `.` and `$`.
    pub name: String,
    /// Types of the parameters, which are the parameters of `body`. Scalars only.
    pub params: Vec<Type>,
    /// Scalars only.
    pub results: Vec<Type>,
    /// Can be looked up in the compiled module and stays in objects; other functions may be inlined away.
    pub exported: bool,
    pub inline: Inline,
    pub fast_math: FastMath,
    /// Type of each value.
    pub types: Vec<Type>,
    pub body: Block,
}

impl Func {
    pub fn ty(&self, v: Val) -> Type {
        self.types[v.index()]
    }

    /// A new value; it has no definition yet.
    pub fn new_val(&mut self, ty: Type) -> Val {
        self.types.push(ty);
        Val(self.types.len() as u32 - 1)
    }
}

/// A place that can raise: where it is and what it says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Site {
    /// File number and byte range.
    pub file: u32,
    pub start: u32,
    pub end: u32,
    /// The source function that the place is in, for the traceback.
    pub func: String,
    /// The message's template with `{0}` to `{3}` for the operands.
    pub message: String,
    /// The call that was inlined here.
    pub caller: Option<SiteId>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Module {
    pub funcs: Vec<Func>,
    pub sites: Vec<Site>,
    /// What an error record's `site` holds is this plus the place in `sites`: one table can serve many modules.
    pub site_base: u32,
    /// The place of `parallel_for` in the runtime's table, for loops run by threads.
    pub parallel_for: u32,
}

impl Module {
    pub fn new() -> Module {
        Module::default()
    }

    /// A function that fails until it is defined: for recursion, and callees that are built later.
    pub fn declare(&mut self, name: &str, params: &[Type], results: &[Type]) -> FuncId {
        let body = Block { params: (0..params.len() as u32).map(Val).collect(), insts: vec![], end: End::Reraise };
        self.funcs.push(Func {
            name: name.to_string(),
            params: params.to_vec(),
            results: results.to_vec(),
            exported: false,
            inline: Inline::Auto,
            fast_math: FastMath::NONE,
            types: params.to_vec(),
            body,
        });
        FuncId(self.funcs.len() as u32 - 1)
    }

    pub fn define(&mut self, id: FuncId, func: Func) {
        self.funcs[id.index()] = func;
    }

    pub fn add(&mut self, func: Func) -> FuncId {
        self.funcs.push(func);
        FuncId(self.funcs.len() as u32 - 1)
    }

    pub fn add_site(&mut self, site: Site) -> SiteId {
        self.sites.push(site);
        SiteId(self.sites.len() as u32 - 1)
    }

    pub fn find(&self, name: &str) -> Option<FuncId> {
        self.funcs.iter().position(|f| f.name == name).map(|i| FuncId(i as u32))
    }
}

impl Op {
    /// Depends on its operands alone and cannot fail, so equal ones may be shared and unused ones dropped.
    pub fn is_pure(&self) -> bool {
        use Op::*;
        match self {
            Const { .. } | Iota(_) | Bin(_) | Un(_) | Fma | Icmp(_) | Fcmp(_) | Select | Overflow(_) | MulAddMod => {
                true
            }
            Cast { .. } | PtrAdd | Data(_) | CtxPtr | FuncAddr(_) | Splat { .. } | Extract { .. } | Insert { .. } => {
                true
            }
            Shuffle { .. } | Any | All | Bitmask | Math(_) => true,
            Load { .. } | Store { .. } | MaskedLoad { .. } | MaskedStore { .. } | Gather { .. } | Scatter { .. } => {
                false
            }
            StackAlloc { .. } | Call { .. } | CallRuntime { .. } | FailIf { .. } | Poll { .. } => false,
            StackCheck { .. } | If | For(_) | While => false,
        }
    }
}

/// An exception's kind is kept as the number that compiled code has for it.
mod kind {
    use quipu_abi::ErrorKind;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(kind: &ErrorKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(*kind as u32)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ErrorKind, D::Error> {
        let code = u32::deserialize(from)?;
        let kind = ErrorKind::from_code(code);
        if kind as u32 == code { Ok(kind) } else { Err(D::Error::custom("no kind of exception")) }
    }
}
