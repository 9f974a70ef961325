//! LLVM's ELF object as an [`Object`]: sections one behind the other, and what they say of one another settled.
//!
//! Code and constants come along; what only unwinders and debuggers read stays behind. Memory that code would write to is
//! refused: emitted code keeps its state in `ctx` and on the stack.

use super::failed;
use crate::object::{Fix, Linker, Object, Symbol};
use crate::{BackendError, libm};
use object::elf::{
    R_X86_64_64, R_X86_64_GOTPCREL, R_X86_64_GOTPCRELX, R_X86_64_PC32, R_X86_64_PLT32, R_X86_64_REX_GOTPCRELX,
    SHF_ALLOC,
};
use object::read::elf::ElfFile64;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationFlags, RelocationTarget, SectionFlags};
use std::collections::HashMap;

/// Names of functions that the C library has, without the rest of the process's names.
fn import(linker: &mut Linker, name: &str) -> Result<Symbol, BackendError> {
    match libm::find(name) {
        Some(_) => Ok(linker.import(name)),
        None => Err(failed(format!("code calls `{name}`, which is not of the C library's mathematics"))),
    }
}

/// Takes over an object, which exports these functions.
pub(super) fn read<'a>(bytes: &[u8], exported: impl Iterator<Item = &'a str>) -> Result<Object, BackendError> {
    let file: ElfFile64 = ElfFile64::parse(bytes).map_err(failed)?;
    let mut linker = Linker::default();
    let mut places = HashMap::new();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else { continue };
        let name = section.name().map_err(failed)?;
        if sh_flags & u64::from(SHF_ALLOC) == 0 || section.size() == 0 || name.starts_with(".eh_frame") {
            continue;
        }
        // `.data.rel.ro` is written by loaders only.
        if [".data", ".bss", ".tdata", ".tbss"].iter().any(|w| name.starts_with(w)) && !name.starts_with(".data.rel.ro")
        {
            return Err(failed(format!("code with a section {name}")));
        }
        places.insert(section.index(), linker.add(section.data().map_err(failed)?, section.align())?);
    }
    for section in file.sections() {
        let Some(start) = places.get(&section.index()) else { continue };
        for (offset, reloc) in section.relocations() {
            let symbol = match reloc.target() {
                RelocationTarget::Symbol(k) => {
                    let symbol = file.symbol_by_index(k).map_err(failed)?;
                    match symbol.section_index().and_then(|s| places.get(&s)) {
                        Some(at) => Symbol::Here(at + symbol.address() as u32),
                        None => import(&mut linker, symbol.name().map_err(failed)?)?,
                    }
                }
                target => return Err(failed(format!("a reference to {target:?}"))),
            };
            let fix = match reloc.flags() {
                RelocationFlags::Elf { r_type: R_X86_64_64 } => Fix::Address,
                RelocationFlags::Elf { r_type: R_X86_64_PC32 | R_X86_64_PLT32 } => Fix::Distance,
                RelocationFlags::Elf { r_type: R_X86_64_GOTPCREL | R_X86_64_GOTPCRELX | R_X86_64_REX_GOTPCRELX } => {
                    Fix::ToAddress
                }
                flags => return Err(failed(format!("a reference of the kind {flags:?}"))),
            };
            linker.fix(start + offset as u32, fix, symbol, reloc.addend())?;
        }
    }
    let at = |s: &object::read::elf::ElfSymbol64| Some(places.get(&s.section_index()?)? + s.address() as u32);
    let defined: HashMap<&str, u32> = file.symbols().filter_map(|s| Some((s.name().ok()?, at(&s)?))).collect();
    for name in exported {
        linker.export(name, *defined.get(name).ok_or_else(|| failed(format!("`{name}` has no code")))?);
    }
    Ok(linker.finish())
}
