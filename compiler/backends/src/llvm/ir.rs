//! A thin layer over LLVM's C API: untyped values, one method per instruction that is used.
//!
//! Loop IR instructions are the same for scalars and vectors, so are LLVM's; inkwell's typed values would need each case
//! twice. All handles belong to one context and module, which `Ir` borrows, so each call below is sound as long as
//! operands come from the same `Ir` and have the types that LLVM asks for: the loop IR's verifier has seen to that.

use inkwell::llvm_sys::core::*;
use inkwell::llvm_sys::prelude::*;
use inkwell::llvm_sys::{LLVMIntPredicate, LLVMLinkage, LLVMRealPredicate, LLVMUnnamedAddr};
use quipu_ir::loops::{Elem, Type};
use std::ffi::CString;

pub type V = LLVMValueRef;
pub type T = LLVMTypeRef;
pub type B = LLVMBasicBlockRef;

const NAME: *const std::ffi::c_char = c"".as_ptr();

/// A module under construction, and a place in it.
pub struct Ir {
    pub c: LLVMContextRef,
    pub m: LLVMModuleRef,
    b: LLVMBuilderRef,
}

impl Drop for Ir {
    fn drop(&mut self) {
        // SAFETY: the builder was made in `new` and is used nowhere else.
        unsafe { LLVMDisposeBuilder(self.b) }
    }
}

macro_rules! binary {
    ($($name:ident = $f:ident;)*) => {
        $(pub fn $name(&self, x: V, y: V) -> V {
            // SAFETY: see the head of the file.
            unsafe { $f(self.b, x, y, NAME) }
        })*
    };
}

macro_rules! convert {
    ($($name:ident = $f:ident;)*) => {
        $(pub fn $name(&self, x: V, ty: T) -> V {
            // SAFETY: see the head of the file.
            unsafe { $f(self.b, x, ty, NAME) }
        })*
    };
}

impl Ir {
    /// The context and module must outlive the result.
    pub fn new(c: LLVMContextRef, m: LLVMModuleRef) -> Ir {
        // SAFETY: `c` is a live context.
        Ir { c, m, b: unsafe { LLVMCreateBuilderInContext(c) } }
    }

    binary! {
        add = LLVMBuildAdd; sub = LLVMBuildSub; mul = LLVMBuildMul; nsw_add = LLVMBuildNSWAdd; nuw_add = LLVMBuildNUWAdd;
        and = LLVMBuildAnd; or = LLVMBuildOr; xor = LLVMBuildXor; shl = LLVMBuildShl; lshr = LLVMBuildLShr;
        ashr = LLVMBuildAShr; sdiv = LLVMBuildSDiv; srem = LLVMBuildSRem; udiv = LLVMBuildUDiv; urem = LLVMBuildURem;
        fadd = LLVMBuildFAdd; fsub = LLVMBuildFSub; fmul = LLVMBuildFMul; fdiv = LLVMBuildFDiv;
    }

    convert! {
        sext = LLVMBuildSExt; zext = LLVMBuildZExt; trunc = LLVMBuildTrunc; sitofp = LLVMBuildSIToFP;
        uitofp = LLVMBuildUIToFP; fptosi = LLVMBuildFPToSI; fpext = LLVMBuildFPExt; fptrunc = LLVMBuildFPTrunc;
        bitcast = LLVMBuildBitCast; ptrtoint = LLVMBuildPtrToInt; inttoptr = LLVMBuildIntToPtr;
    }

    pub fn neg(&self, x: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildNeg(self.b, x, NAME) }
    }

    pub fn not(&self, x: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildNot(self.b, x, NAME) }
    }

    pub fn fneg(&self, x: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildFNeg(self.b, x, NAME) }
    }

    pub fn icmp(&self, p: LLVMIntPredicate, x: V, y: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildICmp(self.b, p, x, y, NAME) }
    }

    pub fn fcmp(&self, p: LLVMRealPredicate, x: V, y: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildFCmp(self.b, p, x, y, NAME) }
    }

    pub fn select(&self, c: V, x: V, y: V) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildSelect(self.b, c, x, y, NAME) }
    }

    pub fn extract(&self, x: V, lane: u64) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildExtractElement(self.b, x, self.i64(lane), NAME) }
    }

    pub fn insert(&self, x: V, y: V, lane: u64) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildInsertElement(self.b, x, y, self.i64(lane), NAME) }
    }

    pub fn shuffle(&self, x: V, y: V, lanes: &[u16]) -> V {
        let mut picks: Vec<V> = lanes.iter().map(|i| self.int(self.int_type(32), u64::from(*i))).collect();
        // SAFETY: see the head of the file; the mask is a constant vector.
        unsafe { LLVMBuildShuffleVector(self.b, x, y, LLVMConstVector(picks.as_mut_ptr(), picks.len() as u32), NAME) }
    }

    /// Field of a struct or array value.
    pub fn field(&self, x: V, i: u32) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildExtractValue(self.b, x, i, NAME) }
    }

    pub fn splat(&self, x: V, lanes: u16) -> V {
        // SAFETY: see the head of the file; lane 0 of a poison vector is replaced before it is read.
        unsafe {
            let ty = LLVMVectorType(LLVMTypeOf(x), u32::from(lanes));
            let one = self.insert(LLVMGetPoison(ty), x, 0);
            self.shuffle(one, one, &vec![0; usize::from(lanes)])
        }
    }

    pub fn poison(&self, ty: T) -> V {
        // SAFETY: `ty` belongs to the context.
        unsafe { LLVMGetPoison(ty) }
    }

    // ---- memory ----

    /// `ptr + bytes`; for a vector of distances a vector of pointers.
    pub fn offset(&self, ptr: V, bytes: V) -> V {
        let mut at = bytes;
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildGEP2(self.b, self.int_type(8), ptr, &mut at, 1, NAME) }
    }

    pub fn offset_by(&self, ptr: V, bytes: i64) -> V {
        if bytes == 0 { ptr } else { self.offset(ptr, self.i64(bytes as u64)) }
    }

    pub fn load(&self, ty: T, ptr: V, align: u32) -> V {
        // SAFETY: see the head of the file.
        unsafe {
            let v = LLVMBuildLoad2(self.b, ty, ptr, NAME);
            LLVMSetAlignment(v, align);
            v
        }
    }

    pub fn store(&self, x: V, ptr: V, align: u32) -> V {
        // SAFETY: see the head of the file.
        unsafe {
            let v = LLVMBuildStore(self.b, x, ptr);
            LLVMSetAlignment(v, align);
            v
        }
    }

    pub fn set_volatile(&self, access: V) {
        // SAFETY: `access` is a load or store.
        unsafe { LLVMSetVolatile(access, 1) }
    }

    /// Room on the stack, in the block that the builder is at.
    pub fn alloca(&self, bytes: u32, align: u32) -> V {
        // SAFETY: see the head of the file.
        unsafe {
            let v = LLVMBuildAlloca(self.b, LLVMArrayType2(self.int_type(8), u64::from(bytes)), NAME);
            LLVMSetAlignment(v, align);
            v
        }
    }

    // ---- control ----

    pub fn block(&self, func: V) -> B {
        // SAFETY: `func` is a function of the module.
        unsafe { LLVMAppendBasicBlockInContext(self.c, func, NAME) }
    }

    pub fn at(&self, block: B) {
        // SAFETY: the block belongs to a function of the module.
        unsafe { LLVMPositionBuilderAtEnd(self.b, block) }
    }

    /// Positions at the beginning of a block, for what belongs to the entry.
    pub fn at_start(&self, block: B) {
        // SAFETY: the block belongs to a function of the module.
        unsafe {
            let first = LLVMGetFirstInstruction(block);
            if first.is_null() {
                LLVMPositionBuilderAtEnd(self.b, block)
            } else {
                LLVMPositionBuilderBefore(self.b, first)
            }
        }
    }

    pub fn here(&self) -> B {
        // SAFETY: the builder always stands in a block.
        unsafe { LLVMGetInsertBlock(self.b) }
    }

    pub fn br(&self, to: B) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildBr(self.b, to) }
    }

    pub fn cond_br(&self, c: V, then: B, other: B) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildCondBr(self.b, c, then, other) }
    }

    pub fn ret(&self, x: V) {
        // SAFETY: see the head of the file.
        unsafe {
            LLVMBuildRet(self.b, x);
        }
    }

    pub fn unreachable(&self) {
        // SAFETY: see the head of the file.
        unsafe {
            LLVMBuildUnreachable(self.b);
        }
    }

    pub fn phi(&self, ty: T) -> V {
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildPhi(self.b, ty, NAME) }
    }

    pub fn incoming(&self, phi: V, x: V, from: B) {
        let (mut x, mut from) = (x, from);
        // SAFETY: `phi` is a phi; LLVM copies the arrays.
        unsafe { LLVMAddIncoming(phi, &mut x, &mut from, 1) }
    }

    pub fn call(&self, fn_type: T, func: V, args: &[V]) -> V {
        let mut args = args.to_vec();
        // SAFETY: see the head of the file.
        unsafe { LLVMBuildCall2(self.b, fn_type, func, args.as_mut_ptr(), args.len() as u32, NAME) }
    }

    /// A call of an intrinsic that is overloaded on these types.
    pub fn intrinsic(&self, name: &str, over: &[T], args: &[V]) -> V {
        let mut over = over.to_vec();
        // SAFETY: the names are LLVM's own; LLVM reads the arrays only.
        unsafe {
            let id = LLVMLookupIntrinsicID(name.as_ptr().cast(), name.len());
            assert!(id != 0, "no intrinsic {name}");
            let func = LLVMGetIntrinsicDeclaration(self.m, id, over.as_mut_ptr(), over.len());
            self.call(LLVMGlobalGetValueType(func), func, args)
        }
    }

    // ---- types and constants ----

    pub fn int_type(&self, bits: u32) -> T {
        // SAFETY: the context is live.
        unsafe { LLVMIntTypeInContext(self.c, bits) }
    }

    pub fn ptr_type(&self) -> T {
        // SAFETY: the context is live.
        unsafe { LLVMPointerTypeInContext(self.c, 0) }
    }

    pub fn void_type(&self) -> T {
        // SAFETY: the context is live.
        unsafe { LLVMVoidTypeInContext(self.c) }
    }

    fn elem_type(&self, elem: Elem) -> T {
        // SAFETY: the context is live.
        match elem {
            Elem::F32 => unsafe { LLVMFloatTypeInContext(self.c) },
            Elem::F64 => unsafe { LLVMDoubleTypeInContext(self.c) },
            Elem::Ptr => self.ptr_type(),
            e => self.int_type(e.bits()),
        }
    }

    pub fn ty(&self, ty: Type) -> T {
        let elem = self.elem_type(ty.elem);
        if !ty.is_vec() {
            return elem;
        }
        // SAFETY: elements of vectors are numbers.
        unsafe { LLVMVectorType(elem, u32::from(ty.lanes)) }
    }

    pub fn fn_type(&self, result: T, params: &[T]) -> T {
        let mut params = params.to_vec();
        // SAFETY: LLVM reads the array only.
        unsafe { LLVMFunctionType(result, params.as_mut_ptr(), params.len() as u32, 0) }
    }

    pub fn int(&self, ty: T, x: u64) -> V {
        // SAFETY: `ty` is an integer type.
        unsafe { LLVMConstInt(ty, x, 0) }
    }

    pub fn i64(&self, x: u64) -> V {
        self.int(self.int_type(64), x)
    }

    pub fn i32(&self, x: u32) -> V {
        self.int(self.int_type(32), u64::from(x))
    }

    /// Every lane has these bits.
    pub fn constant(&self, ty: Type, bits: u64) -> V {
        let scalar = match ty.elem {
            Elem::F32 | Elem::F64 => {
                let x = self.int(self.int_type(ty.elem.bits()), bits);
                // SAFETY: a constant of the same size.
                unsafe { LLVMConstBitCast(x, self.elem_type(ty.elem)) }
            }
            // SAFETY: a constant integer of the size of a pointer.
            Elem::Ptr => unsafe { LLVMConstIntToPtr(self.i64(bits), self.ptr_type()) },
            e => self.int(self.int_type(e.bits()), bits),
        };
        if ty.is_vec() { self.const_vec(&vec![scalar; usize::from(ty.lanes)]) } else { scalar }
    }

    pub fn const_vec(&self, lanes: &[V]) -> V {
        let mut lanes = lanes.to_vec();
        // SAFETY: all lanes are constants of one type.
        unsafe { LLVMConstVector(lanes.as_mut_ptr(), lanes.len() as u32) }
    }

    /// The address of constant bytes.
    pub fn data(&self, bytes: &[u8]) -> V {
        // SAFETY: LLVM copies the bytes; the global is new, and of their type.
        unsafe {
            let text = LLVMConstStringInContext2(self.c, bytes.as_ptr().cast(), bytes.len(), 1);
            let global = LLVMAddGlobal(self.m, LLVMTypeOf(text), NAME);
            LLVMSetInitializer(global, text);
            LLVMSetGlobalConstant(global, 1);
            LLVMSetLinkage(global, LLVMLinkage::LLVMPrivateLinkage);
            LLVMSetUnnamedAddress(global, LLVMUnnamedAddr::LLVMGlobalUnnamedAddr);
            LLVMSetAlignment(global, 16);
            global
        }
    }

    // ---- functions and attributes ----

    pub fn add_function(&self, name: &str, ty: T) -> V {
        let name = CString::new(name).expect("names hold no zero byte");
        // SAFETY: `name` lives through the call.
        unsafe { LLVMAddFunction(self.m, name.as_ptr(), ty) }
    }

    pub fn named_function(&self, name: &str) -> Option<V> {
        let name = CString::new(name).expect("names hold no zero byte");
        // SAFETY: `name` lives through the call.
        let f = unsafe { LLVMGetNamedFunction(self.m, name.as_ptr()) };
        (!f.is_null()).then_some(f)
    }

    pub fn param(&self, func: V, i: usize) -> V {
        // SAFETY: the function has that many parameters.
        unsafe { LLVMGetParam(func, i as u32) }
    }

    fn enum_attribute(&self, name: &str, value: u64) -> LLVMAttributeRef {
        // SAFETY: names are LLVM's own.
        unsafe {
            let id = LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
            assert!(id != 0, "no attribute {name}");
            LLVMCreateEnumAttribute(self.c, id, value)
        }
    }

    /// An attribute of a function (`at` is u32::MAX), its result (0) or a parameter (from 1).
    pub fn attribute(&self, func: V, at: u32, name: &str, value: u64) {
        // SAFETY: `func` is a function.
        unsafe { LLVMAddAttributeAtIndex(func, at, self.enum_attribute(name, value)) }
    }

    pub fn call_attribute(&self, call: V, at: u32, name: &str, value: u64) {
        // SAFETY: `call` is a call.
        unsafe { LLVMAddCallSiteAttribute(call, at, self.enum_attribute(name, value)) }
    }

    pub fn string_attribute(&self, func: V, key: &str, value: &str) {
        let (klen, vlen) = (key.len() as u32, value.len() as u32);
        // SAFETY: LLVM copies the strings.
        unsafe {
            let a = LLVMCreateStringAttribute(self.c, key.as_ptr().cast(), klen, value.as_ptr().cast(), vlen);
            LLVMAddAttributeAtIndex(func, u32::MAX, a);
        }
    }
}
