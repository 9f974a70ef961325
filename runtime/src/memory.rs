//! The allocator behind compiled programs: a list of live blocks with marks, and a pool that keeps blocks warm.
//!
//! Every block has a header of 64 bytes in front, so payloads are aligned to 64. The headers of live blocks form a
//! doubly linked list in the order of their serial numbers. A *mark* is the last serial handed out; an error exit
//! frees every block younger than its caller's mark, so compiled code needs no clean-up paths. Two operations keep
//! that sound for data that outlives the call which allocates it:
//! - `resize` gives the new block the old one's place in the list (a list grown by a callee belongs to the caller);
//! - `adopt` moves a block to the old end (serial 0), where only `free` or the end of the program reach it.
//!
//! Freed blocks go to free lists by size class (four per doubling), up to a bound; reusing one costs no page faults.
//! Fresh memory is zero, and reused memory holds what it held, so every byte a program can see was initialized:
//! `np.empty` reads are odd but never undefined. Large blocks are mapped, so that fresh zeros cost nothing.
#![expect(unsafe_code, reason = "an allocator hands out raw memory and threads its lists through it")]

use crate::error::{Error, Result};
use quipu_abi::{DType, ErrorKind};
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::{null_mut, write_bytes};

/// Payloads and headers are multiples of this, and aligned to it.
pub const ALIGNMENT: usize = 64;

/// Blocks from here on are mapped.
const MAPPED: usize = 128 << 10;

/// Mapped blocks from here on ask for huge pages.
#[cfg(target_os = "linux")]
const HUGE: usize = 4 << 20;

#[repr(C, align(64))]
struct Header {
    older: *mut Header,
    younger: *mut Header,
    serial: u64,
    /// Bytes of payload, a size class.
    capacity: usize,
    /// Bytes asked for.
    size: usize,
}

const HEADER: usize = size_of::<Header>();

/// What was allocated so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    pub allocations: u64,
    pub frees: u64,
    /// Allocations that a warm block served.
    pub reused: u64,
    pub bytes_live: usize,
    pub bytes_peak: usize,
    pub bytes_pooled: usize,
    /// Copies of arrays that compiled code reports (`count_copy`), and their bytes.
    pub copies: u64,
    pub bytes_copied: u64,
}

pub struct Memory {
    /// A sentinel, owned: its `younger` is the oldest block, its `older` the youngest.
    end: *mut Header,
    serial: u64,
    pool: Vec<Vec<*mut Header>>,
    /// Live bytes may not pass this.
    limit: usize,
    /// Bytes that the pool may keep.
    pool_limit: usize,
    statistics: Statistics,
}

// SAFETY: the blocks belong to this Memory alone; moving it to another thread moves all access with it.
unsafe impl Send for Memory {}

/// The size class of at least `bytes`: its index and payload bytes. Four classes a doubling, multiples of 64.
fn class_of(bytes: usize) -> (usize, usize) {
    let units = bytes.div_ceil(ALIGNMENT).max(1);
    if units <= 8 {
        return (units - 1, units * ALIGNMENT);
    }
    let log = units.ilog2() - u32::from(units.is_power_of_two());
    let step = 1usize << (log - 2);
    let quarter = (units - (1 << log)).div_ceil(step);
    let class = 8 + (log as usize - 3) * 4 + quarter - 1;
    (class, ((1 << log) + quarter * step) * ALIGNMENT)
}

impl Memory {
    pub fn new(limit: usize, pool_limit: usize) -> Memory {
        let end =
            Box::into_raw(Box::new(Header { older: null_mut(), younger: null_mut(), serial: 0, capacity: 0, size: 0 }));
        // SAFETY: `end` was just made and is ours alone.
        unsafe {
            (*end).older = end;
            (*end).younger = end;
        }
        Memory { end, serial: 0, pool: Vec::new(), limit, pool_limit, statistics: Statistics::default() }
    }

    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    pub fn count_copy(&mut self, bytes: u64) {
        self.statistics.copies += 1;
        self.statistics.bytes_copied += bytes;
    }

    /// A block of at least `bytes`, on the list as the youngest. Its memory is initialized, with zeros if `zeroed`.
    pub fn alloc(&mut self, bytes: usize, zeroed: bool) -> Result<*mut u8> {
        let header = self.take(bytes, zeroed)?;
        self.serial += 1;
        let end = self.end;
        // SAFETY: `header` is a block that no list contains; the sentinel's neighbours are live headers of this list.
        unsafe {
            (*header).serial = self.serial;
            link_before(header, end);
        }
        Ok(payload(header))
    }

    /// A block off the list: from the pool, or fresh.
    fn take(&mut self, bytes: usize, zeroed: bool) -> Result<*mut Header> {
        if bytes > isize::MAX as usize / 2 || self.statistics.bytes_live.saturating_add(bytes) > self.limit {
            return Err(out_of_memory(bytes));
        }
        let (class, capacity) = class_of(bytes);
        let header = match self.pool.get_mut(class).and_then(Vec::pop) {
            Some(header) => {
                self.statistics.reused += 1;
                self.statistics.bytes_pooled -= capacity;
                if zeroed {
                    // SAFETY: a pooled block has `capacity` bytes of payload, which nothing refers to.
                    unsafe { write_bytes(payload(header), 0, bytes) };
                }
                header
            }
            None => self.fresh(capacity).ok_or_else(|| out_of_memory(bytes))?,
        };
        // SAFETY: `header` points to the header of a block that is ours alone.
        unsafe {
            (*header).capacity = capacity;
            (*header).size = bytes;
        }
        let live = &mut self.statistics;
        live.allocations += 1;
        live.bytes_live += capacity;
        live.bytes_peak = live.bytes_peak.max(live.bytes_live);
        Ok(header)
    }

    /// A zeroed block from the system; gives the pool back first where memory is short.
    fn fresh(&mut self, capacity: usize) -> Option<*mut Header> {
        let header = system_alloc(capacity);
        if !header.is_null() {
            return Some(header);
        }
        self.drop_pool();
        let header = system_alloc(capacity);
        (!header.is_null()).then_some(header)
    }

    /// Gives a live block back. Null is allowed.
    ///
    /// # Safety
    /// `data` is null or came from this Memory and was not freed since; nothing refers to it any more.
    pub unsafe fn free(&mut self, data: *mut u8) {
        if data.is_null() {
            return;
        }
        let header = header_of(data);
        // SAFETY: by the contract, `header` is live and on our list.
        unsafe {
            unlink(header);
            self.give_back(header);
        }
    }

    /// # Safety
    /// `header` is a block of this Memory that no list contains.
    unsafe fn give_back(&mut self, header: *mut Header) {
        // SAFETY: by the contract.
        let capacity = unsafe { (*header).capacity };
        self.statistics.frees += 1;
        self.statistics.bytes_live -= capacity;
        if self.statistics.bytes_pooled + capacity > self.pool_limit {
            // SAFETY: the block came from `system_alloc(capacity)` and is not used again.
            unsafe { system_free(header, capacity) };
            return;
        }
        let (class, _) = class_of(capacity);
        if self.pool.len() <= class {
            self.pool.resize_with(class + 1, Vec::new);
        }
        self.pool[class].push(header);
        self.statistics.bytes_pooled += capacity;
    }

    /// A block of at least `bytes` that begins with the old one's contents and has its place in the list.
    ///
    /// # Safety
    /// As for `free`, and null is not allowed; `data` must not be used afterwards unless this fails.
    pub unsafe fn resize(&mut self, data: *mut u8, bytes: usize) -> Result<*mut u8> {
        let old = header_of(data);
        // SAFETY: by the contract `old` is live and on the list; `new` is ours and on none; both have at least
        // `size.min(bytes)` bytes of payload and do not overlap.
        unsafe {
            if bytes <= (*old).capacity {
                (*old).size = bytes;
                return Ok(data);
            }
            let new = self.take(bytes, false)?;
            std::ptr::copy_nonoverlapping(data, payload(new), (*old).size.min(bytes));
            (*new).serial = (*old).serial;
            link_before(new, old);
            unlink(old);
            self.give_back(old);
            Ok(payload(new))
        }
    }

    /// A block that takes its place in the list beside `owner`: it is freed by the same marks.
    ///
    /// # Safety
    /// `owner` is a live block of this Memory.
    pub unsafe fn alloc_beside(&mut self, owner: *mut u8, bytes: usize) -> Result<*mut u8> {
        let new = self.take(bytes, false)?;
        let owner = header_of(owner);
        // SAFETY: `owner` is on the list by the contract, `new` is ours and on none.
        unsafe {
            (*new).serial = (*owner).serial;
            link_before(new, owner);
        }
        Ok(payload(new))
    }

    /// Moves a block out of every mark's reach.
    ///
    /// # Safety
    /// As for `free`, but the block stays live.
    pub unsafe fn adopt(&mut self, data: *mut u8) {
        if data.is_null() {
            return;
        }
        let header = header_of(data);
        // SAFETY: the sentinel lives as long as the Memory.
        let oldest = unsafe { (*self.end).younger };
        if oldest == header {
            // SAFETY: by the contract, `header` is live.
            unsafe { (*header).serial = 0 };
            return;
        }
        // SAFETY: by the contract `header` is live and on the list, and so is `oldest` or it is the sentinel.
        unsafe {
            unlink(header);
            (*header).serial = 0;
            link_before(header, oldest);
        }
    }

    /// Makes a block as old as `owner`, if it is younger: the marks that free the one free the other. Says whether it
    /// was younger.
    ///
    /// # Safety
    /// Both are live blocks of this Memory, or null.
    pub unsafe fn keep(&mut self, owner: *mut u8, data: *mut u8) -> bool {
        if data.is_null() || owner.is_null() {
            return false;
        }
        let (owner, header) = (header_of(owner), header_of(data));
        // SAFETY: by the contract both are live and on the list; they are two blocks, because their ages differ.
        unsafe {
            let younger = (*header).serial > (*owner).serial;
            if younger {
                unlink(header);
                (*header).serial = (*owner).serial;
                link_before(header, owner);
            }
            younger
        }
    }

    /// Is a block out of every mark's reach?
    ///
    /// # Safety
    /// As for `adopt`.
    pub unsafe fn is_adopted(&self, data: *mut u8) -> bool {
        // SAFETY: by the contract the block is live.
        data.is_null() || unsafe { (*header_of(data)).serial } == 0
    }

    /// The serial of the youngest block that was ever made.
    pub fn mark(&self) -> u64 {
        self.serial
    }

    /// Frees every block younger than `mark`.
    ///
    /// # Safety
    /// Nothing refers to those blocks any more.
    pub unsafe fn release_to(&mut self, mark: u64) {
        loop {
            // SAFETY: the sentinel lives as long as the Memory.
            let youngest = unsafe { (*self.end).older };
            // SAFETY: the sentinel's neighbour is the sentinel or a live block of the list.
            if youngest == self.end || unsafe { (*youngest).serial } <= mark {
                return;
            }
            // SAFETY: `youngest` is live, on the list, and by the contract unused.
            unsafe {
                unlink(youngest);
                self.give_back(youngest);
            }
        }
    }

    /// Gives the pooled blocks back to the system.
    pub fn drop_pool(&mut self) {
        for header in self.pool.drain(..).flatten() {
            // SAFETY: a pooled block came from `system_alloc(capacity)` and nothing refers to it.
            unsafe { system_free(header, (*header).capacity) };
        }
        self.statistics.bytes_pooled = 0;
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: whoever used the blocks borrowed the runtime that owns this Memory.
        unsafe { self.release_to(0) };
        // SAFETY: as above; adopted blocks are on the list too, and the sentinel goes last.
        unsafe {
            while (*self.end).younger != self.end {
                let adopted = (*self.end).younger;
                unlink(adopted);
                self.give_back(adopted);
            }
            self.drop_pool();
            drop(Box::from_raw(self.end));
        }
    }
}

fn payload(header: *mut Header) -> *mut u8 {
    header.cast::<u8>().wrapping_add(HEADER)
}

fn header_of(data: *mut u8) -> *mut Header {
    data.wrapping_sub(HEADER).cast()
}

/// # Safety
/// `at` is on a list (or its sentinel), `header` on none.
unsafe fn link_before(header: *mut Header, at: *mut Header) {
    // The list runs from the oldest to the youngest, and its sentinel stands after the youngest.
    // SAFETY: all three are live headers by the contract.
    unsafe {
        let older = (*at).older;
        (*header).older = older;
        (*header).younger = at;
        (*older).younger = header;
        (*at).older = header;
    }
}

/// # Safety
/// `header` is on a list.
unsafe fn unlink(header: *mut Header) {
    // SAFETY: a linked header's neighbours are live headers.
    unsafe {
        let (older, younger) = ((*header).older, (*header).younger);
        (*older).younger = younger;
        (*younger).older = older;
    }
}

/// Zeroed memory for a header and `capacity` bytes, or null.
fn system_alloc(capacity: usize) -> *mut Header {
    let bytes = capacity + HEADER;
    #[cfg(unix)]
    if bytes >= MAPPED {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: an anonymous private mapping at an address of the system's choice touches no memory of ours.
        let at = unsafe { libc::mmap(null_mut(), bytes, access, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0) };
        if at == libc::MAP_FAILED {
            return null_mut();
        }
        #[cfg(target_os = "linux")]
        if bytes >= HUGE {
            // SAFETY: advice on a mapping that was just made; failing is harmless.
            unsafe { libc::madvise(at, bytes, libc::MADV_HUGEPAGE) };
        }
        return at.cast();
    }
    match Layout::from_size_align(bytes, ALIGNMENT) {
        // SAFETY: the layout's size is not zero.
        Ok(layout) => unsafe { alloc_zeroed(layout).cast() },
        Err(_) => null_mut(),
    }
}

/// # Safety
/// `header` came from `system_alloc(capacity)` and is not used again.
unsafe fn system_free(header: *mut Header, capacity: usize) {
    let bytes = capacity + HEADER;
    #[cfg(unix)]
    if bytes >= MAPPED {
        // SAFETY: exactly the mapping that `system_alloc` made.
        unsafe { libc::munmap(header.cast(), bytes) };
        return;
    }
    if let Ok(layout) = Layout::from_size_align(bytes, ALIGNMENT) {
        // SAFETY: allocated with the same layout.
        unsafe { dealloc(header.cast(), layout) };
    }
}

fn out_of_memory(bytes: usize) -> Error {
    Error::new(ErrorKind::MemoryError, format!("Unable to allocate {}", size_text(bytes as u128)))
}

/// NumPy's text of a size: `72.8 TiB`, three significant digits.
fn size_text(bytes: u128) -> String {
    const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut unit = 0;
    let mut value = bytes as f64;
    // The last division is by rounding: 1023.9 is shown as the next unit's 1.00.
    while value.round() >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let spec = match unit {
        0 => ".0f",
        _ if value.round() < 1000.0 => "#.3g",
        _ => "#.0f",
    };
    let value = crate::format::format_float(value, spec).unwrap_or_default();
    format!("{value} {}", UNITS[unit])
}

/// The bytes of a dense array, or the error that NumPy raises for such dims.
pub fn array_bytes(dtype: DType, dims: &[i64]) -> Result<usize> {
    if dims.iter().any(|&n| n < 0) {
        return Err(Error::value("negative dimensions are not allowed"));
    }
    // NumPy multiplies the dims other than 0, so that (0, huge) is an error too.
    let bytes = dims.iter().filter(|&&n| n != 0).try_fold(dtype.size(), |bytes, &n| {
        usize::try_from(n).ok().and_then(|n| bytes.checked_mul(n)).filter(|&b| isize::try_from(b).is_ok())
    });
    match bytes {
        Some(_) if dims.contains(&0) => Ok(0),
        Some(bytes) => Ok(bytes),
        None if dims.len() == 1 => Err(Error::value("Maximum allowed dimension exceeded")),
        None => Err(Error::value(
            "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.",
        )),
    }
}

/// The MemoryError of an array that does not fit.
pub fn array_out_of_memory(dtype: DType, dims: &[i64]) -> Error {
    let bytes = dims.iter().fold(dtype.size() as u128, |bytes, &n| bytes.saturating_mul(n.max(0) as u128));
    let shape: Vec<usize> = dims.iter().map(|&n| usize::try_from(n).unwrap_or(0)).collect();
    let shape = crate::format::shape_text(&shape);
    let text = format!(
        "Unable to allocate {} for an array with shape {shape} and data type {}",
        size_text(bytes),
        dtype.name()
    );
    Error::new(ErrorKind::MemoryError, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_cover_sizes_tightly() {
        let mut last = (0, 0);
        for bytes in 0..100_000 {
            let (class, capacity) = class_of(bytes);
            assert!(capacity >= bytes && capacity.is_multiple_of(ALIGNMENT));
            assert!(bytes < 640 || capacity * 4 <= bytes * 5 + 256, "{bytes} takes {capacity}");
            assert_eq!(class_of(capacity), (class, capacity), "{bytes}");
            assert!((class, capacity) == last || (class == last.0 + 1 && capacity > last.1) || bytes == 0);
            last = (class, capacity);
        }
    }

    #[test]
    fn marks_free_what_is_younger_and_nothing_else() {
        let mut memory = Memory::new(usize::MAX, 1 << 20);
        let kept = memory.alloc(100, true).unwrap();
        let mark = memory.mark();
        let _young = memory.alloc(1000, false).unwrap();
        let adopted = memory.alloc(10, false).unwrap();
        let list = memory.alloc(64, true).unwrap();
        // SAFETY: the blocks are live, and those that are released are not used again.
        unsafe {
            memory.adopt(adopted);
            let kept = memory.resize(kept, 100_000).unwrap();
            kept.write(7);
            memory.resize(list, 4096).unwrap();
            memory.release_to(mark);
            assert_eq!(kept.read(), 7);
            assert_eq!(memory.statistics().allocations - memory.statistics().frees, 2);
            memory.free(adopted);
            memory.free(kept);
        }
        let now = memory.statistics();
        assert_eq!((now.bytes_live, now.allocations), (0, now.frees));
    }

    #[test]
    fn freed_blocks_are_reused_and_zeroed_on_request() {
        let mut memory = Memory::new(usize::MAX, 1 << 30);
        for bytes in [1usize, 64, 5000, 1 << 20] {
            let first = memory.alloc(bytes, true).unwrap();
            assert_eq!(first as usize % ALIGNMENT, 0);
            // SAFETY: the block is live where it is written, and not used after it is freed.
            let second = unsafe {
                write_bytes(first, 0xAA, bytes);
                memory.free(first);
                memory.alloc(bytes, true).unwrap()
            };
            assert_eq!(first, second);
            // SAFETY: `second` is a live block of `bytes` bytes.
            assert!(unsafe { std::slice::from_raw_parts(second, bytes) }.iter().all(|&b| b == 0));
        }
        assert_eq!(memory.statistics().reused, 4);
    }

    #[test]
    fn limits_raise_memory_errors() {
        let mut memory = Memory::new(1000, 0);
        assert!(memory.alloc(900, false).is_ok());
        assert_eq!(memory.alloc(900, false).unwrap_err().to_string(), "MemoryError: Unable to allocate 900 bytes");
        assert_eq!(
            array_out_of_memory(DType::F64, &[10_000_000_000_000]).text,
            "Unable to allocate 72.8 TiB for an array with shape (10000000000000,) and data type float64"
        );
        assert_eq!(array_bytes(DType::F64, &[0, 1 << 40]).unwrap(), 0);
        assert!(array_bytes(DType::F64, &[1 << 40, 1 << 40]).is_err());
        assert_eq!(array_bytes(DType::I8, &[2, -1]).unwrap_err().text, "negative dimensions are not allowed");
    }
}
