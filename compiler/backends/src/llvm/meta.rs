//! Metadata: what aliases what, which loops are which, and which way branches go.
//!
//! Alias classes become scopes of one domain per function: an access of class c is in scope c and does not alias the
//! scopes of all other classes; class 0 says nothing. Accesses in loops whose iterations are independent belong to the
//! loop's access group. Nodes that stand for themselves (domains, scopes, loops) are made by replacing a temporary
//! operand by the node.

use super::ir::{Ir, V};
use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::debuginfo::*;
use inkwell::llvm_sys::prelude::*;
use quipu_ir::loops::{Access, AliasClass, Block, ForAttrs, Op, Parallel, Vectorize};
use std::collections::{BTreeSet, HashMap};

pub type Md = LLVMMetadataRef;

impl Ir {
    pub fn tuple(&self, items: &[Md]) -> Md {
        let mut items = items.to_vec();
        // SAFETY: LLVM copies the array; nodes belong to the context.
        unsafe { LLVMMDNodeInContext2(self.c, items.as_mut_ptr(), items.len()) }
    }

    fn string(&self, s: &str) -> Md {
        // SAFETY: LLVM copies the string.
        unsafe { LLVMMDStringInContext2(self.c, s.as_ptr().cast(), s.len()) }
    }

    fn number(&self, x: u32) -> Md {
        // SAFETY: a constant of the context.
        unsafe { LLVMValueAsMetadata(self.i32(x)) }
    }

    fn flag(&self, x: bool) -> Md {
        // SAFETY: a constant of the context.
        unsafe { LLVMValueAsMetadata(self.int(self.int_type(1), u64::from(x))) }
    }

    /// A node whose first operand is itself, so that it equals no other.
    fn distinct(&self, rest: &[Md]) -> Md {
        // SAFETY: the temporary is replaced, which frees it.
        unsafe {
            let temporary = LLVMTemporaryMDNode(self.c, std::ptr::null_mut(), 0);
            let mut items = vec![temporary];
            items.extend_from_slice(rest);
            let node = self.tuple(&items);
            LLVMMetadataReplaceAllUsesWith(temporary, node);
            node
        }
    }

    pub fn attach(&self, inst: V, kind: &str, node: Md) {
        // SAFETY: `inst` is an instruction (constants carry no metadata), `node` of the same context.
        unsafe {
            if !LLVMIsAInstruction(inst).is_null() {
                let id = LLVMGetMDKindIDInContext(self.c, kind.as_ptr().cast(), kind.len() as u32);
                LLVMSetMetadata(inst, id, LLVMMetadataAsValue(self.c, node));
            }
        }
    }

    /// Marks the first destination of a branch as taken almost never.
    pub fn unlikely(&self, branch: V) {
        let weights = self.tuple(&[self.string("branch_weights"), self.number(1), self.number(1 << 20)]);
        self.attach(branch, "prof", weights);
    }

    /// The value never changes once the pointer is valid.
    pub fn invariant(&self, load: V) {
        self.attach(load, "invariant.load", self.tuple(&[]));
    }
}

/// The metadata of one function's accesses.
pub struct Accesses {
    /// Per class: its scope, and all others.
    classes: HashMap<AliasClass, (Md, Md)>,
    /// Access groups of the independent loops around the place, innermost last.
    pub groups: Vec<Md>,
    nontemporal: Md,
}

fn classes(block: &Block, out: &mut BTreeSet<AliasClass>) {
    for inst in &block.insts {
        match &inst.op {
            Op::Load { at, .. } | Op::Store { at } | Op::MaskedLoad { at, .. } | Op::MaskedStore { at } => {
                out.insert(at.alias);
            }
            Op::Gather { at, .. } | Op::Scatter { at } => {
                out.insert(at.alias);
            }
            _ => {}
        }
        inst.blocks.iter().for_each(|b| classes(b, out));
    }
}

impl Accesses {
    pub fn new(ir: &Ir, body: &Block) -> Accesses {
        let mut used = BTreeSet::new();
        classes(body, &mut used);
        used.remove(&AliasClass::MAY_ALIAS);
        let domain = ir.distinct(&[]);
        let scopes: Vec<(AliasClass, Md)> = used.iter().map(|c| (*c, ir.distinct(&[domain]))).collect();
        let pair = |c: AliasClass, scope: Md| {
            let others: Vec<Md> = scopes.iter().filter(|s| s.0 != c).map(|s| s.1).collect();
            (c, (ir.tuple(&[scope]), ir.tuple(&others)))
        };
        let classes = scopes.iter().map(|(c, scope)| pair(*c, *scope)).collect();
        Accesses { classes, groups: vec![], nontemporal: ir.tuple(&[ir.number(1)]) }
    }

    /// Says of an access what is known.
    pub fn mark(&self, ir: &Ir, inst: V, at: &Access) {
        if let Some((scope, others)) = self.classes.get(&at.alias) {
            ir.attach(inst, "alias.scope", *scope);
            ir.attach(inst, "noalias", *others);
        }
        if at.nontemporal {
            ir.attach(inst, "nontemporal", self.nontemporal);
        }
        match &self.groups[..] {
            [] => {}
            [one] => ir.attach(inst, "llvm.access.group", *one),
            many => ir.attach(inst, "llvm.access.group", ir.tuple(many)),
        }
    }
}

/// Access groups for this many loops. The C API makes no empty distinct node (and a self-reference is not allowed
/// here), so the nodes are read from text, all at once.
pub fn access_groups(ir: &Ir, n: usize) -> Vec<Md> {
    if n == 0 {
        return vec![];
    }
    let names: Vec<String> = (0..n).map(|i| format!("!{i}")).collect();
    let nodes: String = names.iter().map(|name| format!("{name} = distinct !{{}}\n")).collect();
    let text = format!("!ag = !{{{}}}\n{nodes}\0", names.join(", "));
    let length = text.len() - 1;
    // SAFETY: the buffer is a copy that the parser consumes; the module is disposed of, its nodes live in the context.
    unsafe {
        let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(text.as_ptr().cast(), length, c"ag".as_ptr());
        let (mut module, mut message) = (std::ptr::null_mut(), std::ptr::null_mut());
        if inkwell::llvm_sys::ir_reader::LLVMParseIRInContext(ir.c, buffer, &mut module, &mut message) != 0 {
            LLVMDisposeMessage(message);
            return vec![];
        }
        let mut nodes = vec![std::ptr::null_mut(); n];
        LLVMGetNamedMetadataOperands(module, c"ag".as_ptr(), nodes.as_mut_ptr());
        let nodes = nodes.into_iter().map(|v| LLVMValueAsMetadata(v)).collect();
        LLVMDisposeModule(module);
        nodes
    }
}

/// Is this a loop that gets an access group?
pub fn independent(op: &Op) -> bool {
    matches!(op, Op::For(ForAttrs { parallel: Parallel::Independent, .. }))
}

/// How many loops of a block get an access group.
pub fn count_independent(block: &Block) -> usize {
    let inner = |b: &[Block]| b.iter().map(count_independent).sum::<usize>();
    block.insts.iter().map(|inst| usize::from(independent(&inst.op)) + inner(&inst.blocks)).sum()
}

/// The loop's node for its latch.
pub fn loop_node(ir: &Ir, attrs: &ForAttrs, group: Option<Md>) -> Md {
    let named = |name: &str, value: Option<Md>| {
        let mut items = vec![ir.string(name)];
        items.extend(value);
        ir.tuple(&items)
    };
    // Counted, so it ends.
    let mut items = vec![named("llvm.loop.mustprogress", None)];
    match attrs.vectorize {
        Vectorize::Auto => {}
        Vectorize::Never => {
            items.push(named("llvm.loop.vectorize.enable", Some(ir.flag(false))));
            items.push(named("llvm.loop.interleave.count", Some(ir.number(1))));
        }
        Vectorize::Width(w) => {
            items.push(named("llvm.loop.vectorize.enable", Some(ir.flag(true))));
            items.push(named("llvm.loop.vectorize.width", Some(ir.number(u32::from(w)))));
        }
    }
    match attrs.unroll {
        0 => {}
        1 => items.push(named("llvm.loop.unroll.disable", None)),
        n => items.push(named("llvm.loop.unroll.count", Some(ir.number(u32::from(n))))),
    }
    if let (Parallel::Independent, Some(group)) = (attrs.parallel, group) {
        items.push(named("llvm.loop.parallel_accesses", Some(group)));
    }
    ir.distinct(&items)
}
