//! Objects into memory: LLVM's LLJIT, which links them against the C library's mathematics.
//!
//! A session holds one object at a time. Making one costs half a millisecond, so those whose module was dropped are
//! kept for the next.

use crate::{BackendError, CompiledModule, libm};
use inkwell::llvm_sys::core::LLVMCreateMemoryBufferWithMemoryRangeCopy;
use inkwell::llvm_sys::error::*;
use inkwell::llvm_sys::orc2::lljit::*;
use inkwell::llvm_sys::orc2::*;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;
use std::sync::Mutex;

/// JITSymbolFlags::Exported | Callable.
const EXPORTED_FUNCTION: u8 = 1 << 0 | 1 << 2;

/// Sessions that wait for reuse, at most.
const MAX_IDLE: usize = 8;

struct Session(LLVMOrcLLJITRef);

// SAFETY: ORC's sessions lock for themselves and are not bound to the thread that made them.
unsafe impl Send for Session {}

static IDLE: Mutex<Vec<Session>> = Mutex::new(vec![]);

fn check(e: LLVMErrorRef) -> Result<(), BackendError> {
    if e.is_null() {
        return Ok(());
    }
    // SAFETY: an error is consumed by taking its message, which is disposed of after it has been copied.
    unsafe {
        let message = LLVMGetErrorMessage(e);
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        Err(BackendError::Failed(format!("llvm: {text}")))
    }
}

unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8;
    fn memcmp(x: *const u8, y: *const u8, n: usize) -> i32;
}

impl Session {
    fn new() -> Result<Session, BackendError> {
        // SAFETY: the builder is consumed; symbols are interned in the session that they are defined in, and `Define`
        // takes over the unit that describes them.
        unsafe {
            let mut jit = null_mut();
            check(LLVMOrcCreateLLJIT(&mut jit, LLVMOrcCreateLLJITBuilder()))?;
            let session = Session(jit);
            // What loops that copy or fill become.
            let copies = [
                ("memcpy", memcpy as *const u8),
                ("memmove", memmove as *const u8),
                ("memset", memset as *const u8),
                ("memcmp", memcmp as *const u8),
            ];
            let mut pairs = vec![];
            for (name, address) in libm::symbols().into_iter().chain(copies) {
                let name = CString::new(name).expect("names hold no zero byte");
                let flags = LLVMJITSymbolFlags { GenericFlags: EXPORTED_FUNCTION, TargetFlags: 0 };
                pairs.push(LLVMOrcCSymbolMapPair {
                    Name: LLVMOrcLLJITMangleAndIntern(jit, name.as_ptr()),
                    Sym: LLVMJITEvaluatedSymbol { Address: address as u64, Flags: flags },
                });
            }
            let unit = LLVMOrcAbsoluteSymbols(pairs.as_mut_ptr(), pairs.len());
            check(LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(jit), unit))?;
            Ok(session)
        }
    }

    fn lookup(&self, name: &str) -> Result<usize, BackendError> {
        let name = CString::new(name).map_err(|e| BackendError::Failed(e.to_string()))?;
        let mut address = 0;
        // SAFETY: the session is live.
        check(unsafe { LLVMOrcLLJITLookup(self.0, &mut address, name.as_ptr()) })?;
        Ok(address as usize)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: nothing else holds the session. There is nobody to tell of an error.
        unsafe {
            let e = LLVMOrcDisposeLLJIT(self.0);
            if !e.is_null() {
                LLVMConsumeError(e);
            }
        }
    }
}

struct Loaded {
    session: Option<Session>,
    tracker: LLVMOrcResourceTrackerRef,
    entries: HashMap<String, usize>,
    code_size: usize,
}

// SAFETY: after loading, the session is touched only by `drop`; code is immutable.
unsafe impl Send for Loaded {}
// SAFETY: `get` reads a map.
unsafe impl Sync for Loaded {}

impl CompiledModule for Loaded {
    fn get(&self, func: &str) -> Option<*const u8> {
        self.entries.get(func).map(|a| *a as *const u8)
    }

    fn code_size(&self) -> usize {
        self.code_size
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: addresses from `get` are valid only while the module lives, so nobody may be in the code.
        let removed = unsafe {
            let removed = check(LLVMOrcResourceTrackerRemove(self.tracker));
            LLVMOrcReleaseResourceTracker(self.tracker);
            removed
        };
        if let (Ok(()), Some(session), Ok(mut idle)) = (removed, self.session.take(), IDLE.lock())
            && idle.len() < MAX_IDLE
        {
            idle.push(session);
        }
    }
}

/// Loads an object and finds these functions in it.
pub fn load<'a>(
    object: &[u8],
    exported: impl Iterator<Item = &'a str>,
) -> Result<Box<dyn CompiledModule>, BackendError> {
    let idle = IDLE.lock().ok().and_then(|mut idle| idle.pop());
    let session = match idle {
        Some(session) => session,
        None => Session::new()?,
    };
    // SAFETY: the buffer is a copy that the session takes over; the tracker is released when the result is dropped.
    let tracker = unsafe {
        let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(object.as_ptr().cast(), object.len(), c"quipu".as_ptr());
        let tracker = LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(session.0));
        check(LLVMOrcLLJITAddObjectFileWithRT(session.0, tracker, buffer))?;
        tracker
    };
    let mut loaded = Loaded { session: Some(session), tracker, entries: HashMap::new(), code_size: object.len() };
    for name in exported {
        let session = loaded.session.as_ref().expect("only `drop` takes the session");
        let address = session.lookup(name)?;
        loaded.entries.insert(name.to_string(), address);
    }
    Ok(Box::new(loaded))
}
