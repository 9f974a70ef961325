//! Machine code that can be kept: in memory, in a file, for another process.
//!
//! An [`Object`] is one block of bytes, code and constants, that runs wherever it lies. Whatever its parts say of one another
//! was settled when it was made, as distances; what a loader has left to do is to write addresses into a few places:
//! ```text
//! | functions and constants of the back end | jumps to the C library | addresses: filled in by `load` |
//! ```
//! A call of the C library goes to a jump at the end of the block, which reads the address behind it, because the library
//! may lie further away than a call reaches. Both back ends make such objects (`Linker` puts them together), and code
//! that was compiled just now is loaded as code of a cache is: there is one way into memory. Pages are written before they
//! are executable, never at the same time.
//!
//! Numbers in an object are never trusted: a place outside the block is an error, not a store.

use crate::{BackendError, CompiledModule, libm};
use memmap2::{Mmap, MmapMut};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Relocatable machine code of this process's kind of processor.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Object {
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    /// Names of functions of the C library.
    imports: Vec<String>,
    /// Where addresses go, 8 bytes each, and of what.
    addresses: Vec<(u32, Symbol)>,
    /// Functions that can be called from outside, and where they are.
    exports: Vec<(String, u32)>,
}

/// What has an address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Symbol {
    /// The byte of the block at this offset.
    Here(u32),
    /// An import.
    Import(u32),
}

fn failed(why: &str) -> BackendError {
    BackendError::Failed(format!("object: {why}"))
}

impl Object {
    /// Bytes of code and constants.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    pub fn exports(&self) -> impl Iterator<Item = &str> {
        self.exports.iter().map(|(name, _)| name.as_str())
    }

    /// Puts the code into memory.
    pub fn load(&self) -> Result<Box<dyn CompiledModule>, BackendError> {
        if !cfg!(target_arch = "x86_64") {
            return Err(failed("there is no loader for this processor"));
        }
        let system = |e: std::io::Error| failed(&format!("no memory for code: {e}"));
        let mut memory = MmapMut::map_anon(self.bytes.len().max(1)).map_err(system)?;
        memory[..self.bytes.len()].copy_from_slice(&self.bytes);
        let base = memory.as_ptr() as u64;
        let imports = self.imports.iter().map(|name| libm::find(name).ok_or(name));
        let imports = imports.collect::<Result<Vec<_>, _>>();
        let imports = imports.map_err(|name| failed(&format!("the C library has no `{name}`")))?;
        for (at, symbol) in &self.addresses {
            let address = match symbol {
                Symbol::Here(offset) => base + u64::from(*offset),
                Symbol::Import(k) => {
                    *imports.get(*k as usize).ok_or_else(|| failed("an import without a name"))? as u64
                }
            };
            let at = *at as usize;
            let place = memory.get_mut(at..at + 8).ok_or_else(|| failed("an address outside the code"))?;
            place.copy_from_slice(&address.to_le_bytes());
        }
        let entry = |(name, offset): &(String, u32)| {
            let inside = (*offset as usize) < self.bytes.len();
            if inside {
                Ok((name.clone(), base as usize + *offset as usize))
            } else {
                Err(failed("a function outside the code"))
            }
        };
        let entries = self.exports.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Box::new(Loaded { memory: memory.make_exec().map_err(system)?, entries }))
    }
}

/// Code in memory; freed with this.
struct Loaded {
    memory: Mmap,
    entries: HashMap<String, usize>,
}

impl CompiledModule for Loaded {
    fn get(&self, func: &str) -> Option<*const u8> {
        self.entries.get(func).map(|a| *a as *const u8)
    }

    fn code_size(&self) -> usize {
        self.memory.len()
    }
}

/// How a place refers to a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fix {
    /// Its address, in 8 bytes.
    Address,
    /// The distance from the place to it, in 4 bytes.
    Distance,
    /// The distance from the place to 8 bytes that hold its address.
    ToAddress,
}

/// Puts an object together: first all blocks, then what they say of one another.
#[derive(Debug, Default)]
pub(crate) struct Linker {
    object: Object,
    imports: HashMap<String, u32>,
    /// Places that hold a symbol's address, and jumps to one.
    slots: HashMap<Symbol, u32>,
    jumps: HashMap<Symbol, u32>,
}

impl Linker {
    /// Where the block comes to lie.
    pub(crate) fn add(&mut self, bytes: &[u8], align: u64) -> Result<u32, BackendError> {
        // A block starts at a page, so no alignment within one is lost.
        if align > 4096 {
            return Err(failed("an alignment above a page"));
        }
        let at = self.object.bytes.len().next_multiple_of(align.max(1) as usize);
        self.object.bytes.resize(at, 0);
        self.object.bytes.extend(bytes);
        let end = self.object.bytes.len();
        if end > i32::MAX as usize { Err(failed("more than 2 GiB of code")) } else { Ok(at as u32) }
    }

    pub(crate) fn export(&mut self, name: &str, at: u32) {
        self.object.exports.push((name.to_string(), at));
    }

    /// A function of the C library.
    pub(crate) fn import(&mut self, name: &str) -> Symbol {
        let next = self.object.imports.len() as u32;
        let k = *self.imports.entry(name.to_string()).or_insert(next);
        if k == next {
            self.object.imports.push(name.to_string());
        }
        Symbol::Import(k)
    }

    /// Makes a place refer to a symbol; `addend` is added to what is written.
    pub(crate) fn fix(&mut self, at: u32, fix: Fix, symbol: Symbol, addend: i64) -> Result<(), BackendError> {
        let target = match (fix, symbol) {
            (Fix::Address, Symbol::Here(offset)) => {
                let target =
                    u32::try_from(i64::from(offset) + addend).map_err(|_| failed("an address before the code"))?;
                self.object.addresses.push((at, Symbol::Here(target)));
                return Ok(());
            }
            (Fix::Address, Symbol::Import(_)) if addend == 0 => {
                self.object.addresses.push((at, symbol));
                return Ok(());
            }
            (Fix::Address, Symbol::Import(_)) => return Err(failed("an address inside the C library")),
            (Fix::Distance, Symbol::Here(offset)) => offset,
            (Fix::Distance, Symbol::Import(_)) => self.jump(symbol)?,
            (Fix::ToAddress, _) => self.slot(symbol)?,
        };
        self.distance(at, i64::from(target) + addend)
    }

    fn distance(&mut self, at: u32, target: i64) -> Result<(), BackendError> {
        let distance = i32::try_from(target - i64::from(at)).map_err(|_| failed("too far away"))?;
        let at = at as usize;
        let place = self.object.bytes.get_mut(at..at + 4).ok_or_else(|| failed("a reference outside the code"))?;
        place.copy_from_slice(&distance.to_le_bytes());
        Ok(())
    }

    fn slot(&mut self, symbol: Symbol) -> Result<u32, BackendError> {
        if let Some(at) = self.slots.get(&symbol) {
            return Ok(*at);
        }
        let at = self.add(&[0; 8], 8)?;
        self.object.addresses.push((at, symbol));
        self.slots.insert(symbol, at);
        Ok(at)
    }

    /// `jmp *slot(%rip)`.
    fn jump(&mut self, symbol: Symbol) -> Result<u32, BackendError> {
        if let Some(at) = self.jumps.get(&symbol) {
            return Ok(*at);
        }
        let slot = self.slot(symbol)?;
        let at = self.add(&[0xff, 0x25, 0, 0, 0, 0], 8)?;
        self.distance(at + 2, i64::from(slot) - 4)?;
        self.jumps.insert(symbol, at);
        Ok(at)
    }

    pub(crate) fn finish(self) -> Object {
        self.object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `xorps %xmm0, %xmm0; jmp` to a function of the C library, and a place that holds the function's own address.
    fn object() -> Object {
        let mut linker = Linker::default();
        let f = linker.add(&[0x0f, 0x57, 0xc0, 0xe9, 0, 0, 0, 0], 16).expect("small");
        let exp = linker.import("exp");
        linker.fix(f + 4, Fix::Distance, exp, -4).expect("inside");
        linker.export("one", f);
        let table = linker.add(&[0; 8], 8).expect("small");
        linker.fix(table, Fix::Address, Symbol::Here(f), 0).expect("inside");
        linker.export("table", table);
        linker.finish()
    }

    #[test]
    fn calls_and_addresses() {
        let object = object();
        for _ in 0..2 {
            let code = object.load().expect("loads");
            let (one, table) = (code.get("one").expect("exported"), code.get("table").expect("exported"));
            // SAFETY: a function of C without parameters that gives a double, and a place of 8 bytes.
            let (y, address) = unsafe {
                let f: extern "C" fn() -> f64 = std::mem::transmute(one);
                (f(), *table.cast::<usize>())
            };
            assert_eq!((y, address), (1.0, one as usize));
            assert!(code.get("two").is_none());
        }
    }

    #[test]
    fn numbers_are_not_trusted() {
        let good = object();
        let refused = |change: fn(&mut Object)| {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(bad.load().is_err());
        };
        refused(|o| o.addresses[0].0 = u32::MAX);
        refused(|o| o.addresses[0].0 = o.bytes.len() as u32 - 7);
        refused(|o| o.addresses[0].1 = Symbol::Import(7));
        refused(|o| o.exports[0].1 = o.bytes.len() as u32);
        refused(|o| o.imports[0] = "system".into());
        assert!(Object::default().load().is_ok());
    }
}
