//! LLVM's static constructors, run when LLVM is first needed instead of at each start of the process.
//!
//! There are some 640; they register options that nobody sets, and touch 550 pages for it: 3.5 of the 5.4 ms that
//! `quipu --version` took. Most programs end before anything is hot enough for LLVM. `constructors.ld` has the linker of
//! an executable put their addresses into a section of their own, out of reach of the C library. Where it was not used
//! (a shared LLVM, another linker) there is no such section, and they have run already.
#![expect(unsafe_code, reason = "addresses that the linker collects")]

use std::sync::Once;

/// Runs them, once per process. Whatever calls into LLVM calls this first.
pub fn run() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the section holds addresses of functions without parameters, in the order in which the C library would
        // call them, and nobody else does.
        unsafe { section().iter().for_each(|constructor| constructor()) }
    });
}

/// The section's addresses; none if there is no such section.
fn section() -> &'static [unsafe extern "C" fn()] {
    let (start, stop): (*const unsafe extern "C" fn(), *const unsafe extern "C" fn());
    // SAFETY: only two addresses are loaded. As weak symbols they are null where the linker did not define them.
    unsafe {
        std::arch::asm!(
            ".weak __start_quipu_llvm_constructors",
            ".weak __stop_quipu_llvm_constructors",
            "mov {}, qword ptr [rip + __start_quipu_llvm_constructors@GOTPCREL]",
            "mov {}, qword ptr [rip + __stop_quipu_llvm_constructors@GOTPCREL]",
            out(reg) start,
            out(reg) stop,
            options(nomem, nostack, pure, preserves_flags),
        );
    }
    if start.is_null() {
        return &[];
    }
    // SAFETY: the linker puts the two at the begin and behind the end of the section.
    unsafe { std::slice::from_raw_parts(start, stop.offset_from_unsigned(start)) }
}
