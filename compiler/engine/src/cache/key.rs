//! What finds an entry: all that decides what the compiler makes of a program, but for what it asks through `Inputs`.

use crate::Options;
use blake3::Hasher;
use std::path::Path;

/// The name of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key(pub(super) [u8; 32]);

impl Key {
    pub(super) fn hex(self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The name of something else that belongs to what is named by `of`.
    pub(super) fn derived(of: &[u8; 32], what: &str) -> Key {
        let mut hasher = Hasher::new();
        hasher.update(of).update(what.as_bytes());
        Key(*hasher.finalize().as_bytes())
    }
}

/// Hashes parts so that no two lists of parts look alike.
struct Parts(Hasher);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
}

/// The key of a program for these options; why there is none.
pub(super) fn key(options: &Options, name: &str, text: &str) -> Result<Key, String> {
    // Threads: chunks depend on trip counts alone. Verifying changes no code. Arguments are asked for by code that runs.
    let Options { tier, threads: _, cpu, verify: _, unchecked, arguments: _, mixed } = options;
    let mut parts = Parts(Hasher::new());
    parts.add(&compiler()?);
    parts.add(format!("{tier:?} {cpu:?} {unchecked} {mixed}").as_bytes());
    parts.add(&processor());
    parts.add(name.as_bytes());
    // Programs of one name and text in several folders import and load different files.
    let folder = if Path::new(name).is_absolute() { None } else { std::env::current_dir().ok() };
    parts.add(folder.unwrap_or_default().as_os_str().as_encoded_bytes());
    parts.add(text.as_bytes());
    Ok(Key(*parts.0.finalize().as_bytes()))
}

/// What this processor can do, as it says itself: a folder may be shared by several machines.
#[cfg(target_arch = "x86_64")]
fn processor() -> Vec<u8> {
    use std::arch::x86_64::__cpuid_count;
    let mut out = vec![];
    let max = [0, 0x8000_0000].map(|base| __cpuid_count(base, 0).eax);
    let mut read = |leaf: u32, sub: u32, registers: [bool; 4]| {
        if leaf > max[usize::from(leaf >= 0x8000_0000)] {
            return 0;
        }
        let r = __cpuid_count(leaf, sub);
        let all = [r.eax, r.ebx, r.ecx, r.edx];
        // What a register says of the core that asks is left out.
        for (value, wanted) in all.iter().zip(registers) {
            out.extend(if wanted { *value } else { 0 }.to_le_bytes());
        }
        r.ecx
    };
    const ALL: [bool; 4] = [true; 4];
    read(0, 0, ALL);
    let features = read(1, 0, [true, false, true, true]);
    read(7, 0, ALL);
    read(7, 1, ALL);
    read(0xd, 1, [true, false, false, false]);
    read(0x14, 0, [true, true, false, false]);
    read(0x19, 0, [true, true, false, false]);
    read(0x1e, 1, [true, false, false, false]);
    read(0x24, 0, [true, true, false, false]);
    read(0x8000_0001, 0, ALL);
    read(0x8000_0008, 0, [false, true, false, false]);
    // Does the system keep the registers that they need?
    if features & (1 << 27) != 0 {
        #[expect(unsafe_code, reason = "an instruction that not every processor has")]
        // SAFETY: bit 27 of the features says that the system has enabled `xgetbv`.
        out.extend(unsafe { enabled() }.to_le_bytes());
    }
    out
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "xsave")]
fn enabled() -> u64 {
    #[expect(unsafe_code, reason = "an instruction that not every processor has")]
    // SAFETY: register 0 exists wherever the instruction does, which the caller knows.
    unsafe {
        std::arch::x86_64::_xgetbv(0)
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn processor() -> Vec<u8> {
    vec![]
}

/// What the process is made of: the build id, a hash of its contents by the linker, of the executable and of every
/// library. One without it counts by its file: device, number, size, and the time of its last change, which programs
/// cannot set.
#[cfg(target_os = "linux")]
fn compiler() -> Result<Vec<u8>, String> {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::MetadataExt as _;
    let mut out = vec![];
    for (name, id) in objects::all() {
        out.extend(name.len().to_le_bytes());
        match id {
            Some(id) => out.extend(id),
            None => {
                let path = if name.is_empty() {
                    Path::new("/proc/self/exe")
                } else {
                    Path::new(std::ffi::OsStr::from_bytes(&name))
                };
                let file = std::fs::metadata(path)
                    .map_err(|e| format!("cannot tell builds apart: {}: {e}", path.display()))?;
                out.extend(name);
                for x in [file.dev(), file.ino(), file.size(), file.ctime() as u64, file.ctime_nsec() as u64] {
                    out.extend(x.to_le_bytes());
                }
            }
        }
    }
    Ok(out)
}

#[cfg(not(target_os = "linux"))]
fn compiler() -> Result<Vec<u8>, String> {
    Err("builds cannot be told apart on this system".into())
}

/// The files that the process has in memory.
#[cfg(target_os = "linux")]
mod objects {
    #![expect(unsafe_code, reason = "the loader's list of what it has loaded, in C")]

    use std::ffi::{CStr, c_int, c_void};

    /// A file's name (empty: the executable) and its build id.
    type Loaded = (Vec<u8>, Option<Vec<u8>>);

    pub(super) fn all() -> Vec<Loaded> {
        let mut out: Vec<Loaded> = vec![];
        // SAFETY: `visit` gets the address of `out` back, during this call only.
        unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut out).cast()) };
        out
    }

    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _: usize, out: *mut c_void) -> c_int {
        // SAFETY: the loader passes a record that is valid during the call, whose name ends with a zero byte, and `all`
        // its list.
        let (info, name, out) = unsafe {
            let info = &*info;
            let name =
                if info.dlpi_name.is_null() { vec![] } else { CStr::from_ptr(info.dlpi_name).to_bytes().to_vec() };
            (info, name, &mut *out.cast::<Vec<Loaded>>())
        };
        // The kernel's own page of code is no file.
        if name.is_empty() || name.starts_with(b"/") {
            out.push((name, build_id(info)));
        }
        0
    }

    fn build_id(info: &libc::dl_phdr_info) -> Option<Vec<u8>> {
        const NT_GNU_BUILD_ID: u32 = 3;
        if info.dlpi_phdr.is_null() {
            return None;
        }
        // SAFETY: the loader says where the headers are and how many.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        for header in headers.iter().filter(|h| h.p_type == libc::PT_NOTE) {
            let start = (info.dlpi_addr + header.p_vaddr) as *const u8;
            // SAFETY: a note's segment is part of what is loaded, and nothing writes to it.
            let mut notes = unsafe { std::slice::from_raw_parts(start, header.p_memsz as usize) };
            let align = (header.p_align as usize).clamp(4, 8);
            // Three sizes and types of 4 bytes, a name, and what it says, each padded.
            while let Some((head, rest)) = notes.split_at_checked(12) {
                let word = |k: usize| u32::from_le_bytes([head[k], head[k + 1], head[k + 2], head[k + 3]]);
                let (name_len, len, kind) = (word(0) as usize, word(4) as usize, word(8));
                let Some((name, rest)) = rest.split_at_checked(name_len.next_multiple_of(align)) else { break };
                let Some(says) = rest.get(..len) else { break };
                if kind == NT_GNU_BUILD_ID && name.starts_with(b"GNU\0") && !says.is_empty() {
                    return Some(says.to_vec());
                }
                notes = rest.get(len.next_multiple_of(align)..).unwrap_or_default();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tier;
    use quipu_backends::{Cpu, VectorLevel};

    #[test]
    fn what_decides_is_in_the_key() {
        let key = |o: &Options, name: &str, text: &str| key(o, name, text).expect("a build has an identity");
        let options = Options::default();
        let all = [
            key(&options, "a.py", "x = 1"),
            key(&options, "a.py", "x = 2"),
            key(&options, "b.py", "x = 1"),
            key(&options, "/a.py", "x = 1"),
            key(&options, "a.pyx", " = 1"),
            key(&Options { tier: Tier::Llvm, ..options.clone() }, "a.py", "x = 1"),
            key(&Options { cpu: Cpu::Level(VectorLevel::Avx2), ..options.clone() }, "a.py", "x = 1"),
            key(&Options { unchecked: true, ..options.clone() }, "a.py", "x = 1"),
            key(&Options { mixed: true, ..options.clone() }, "a.py", "x = 1"),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|b| a != b), "key {i} comes twice");
        }
        assert_eq!(all[0], key(&Options { threads: Some(7), ..options }, "a.py", "x = 1"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn builds_have_identities() {
        let all = objects::all();
        assert!(all.iter().any(|(name, _)| name.is_empty()), "the executable is among them");
        assert_eq!(compiler(), compiler());
    }
}
