//! The functions that compiled code calls: one list of them, and the table made from it.
//!
//! Every module below is one `runtime_functions!` list: documentation, kind, name, arguments, results, body. The macro
//! makes of each an `extern "C"` function, thin over the safe functions of the other modules, and its row of the table.
//! `FUNCTIONS` is the modules' rows end to end; `ctx.functions` has their addresses in the same order, and `index_of`
//! finds a name. The kinds:
//! - `fallible`: `i32 f(ctx, args.., results*..)`; the body is a `Result` of the results' tuple;
//! - `serial`: the same, but only the program's own thread may call it (output has an order);
//! - `status`: fallible without results; the body itself gives the status and has put the exception into the context;
//! - `direct`: `R f(ctx, args..)`, or nothing; it cannot fail.
//!
//! All share one contract, which compiled code keeps by construction and each body relies on: `ctx` is live and this
//! thread's, pointers to strings, lists and array headers are live objects of their type, result pointers are writable.

mod files;
mod host;
mod lists;
mod math;
mod memory;
mod random;
mod scalar;
mod strings;

use crate::error::{Error, Result};
use crate::runtime::Context;
use crate::view::{ArrayView, ArrayViewMut, OwnedArray, extent};
use quipu_abi::{AbiType, ArrayHeader, DType, MAX_RANK, RuntimeFunction};
use std::sync::OnceLock;

/// A Rust type that crosses the border as one machine value.
pub(crate) trait Abi {
    const TYPE: AbiType;
}

macro_rules! abi {
    ($($ty:ty => $abi:ident),*) => { $(impl Abi for $ty { const TYPE: AbiType = AbiType::$abi; })* };
}

// A bool is passed as a byte: any bit pattern is a valid u8.
abi! { u8 => Bool, i32 => I32, i64 => I64, f32 => F32, f64 => F64 }

impl<T> Abi for *const T {
    const TYPE: AbiType = AbiType::Ptr;
}

impl<T> Abi for *mut T {
    const TYPE: AbiType = AbiType::Ptr;
}

/// See the module's head.
macro_rules! runtime_functions {
    ($( $(#[doc = $doc:literal])* $kind:ident fn $name:ident
        ($cx:ident $(, $arg:ident: $ty:ty)* $(,)?) $(-> ($($out:ident: $result:ty),+))? $body:block )*) => {
        $( runtime_functions!(@define $kind $name $cx ($($arg: $ty),*) ($($($out: $result),+)?) $body); )*

        pub(super) const ROWS: &[quipu_abi::RuntimeFunction] = &[$(
            quipu_abi::RuntimeFunction {
                name: stringify!($name),
                params: &[$(<$ty as crate::shims::Abi>::TYPE),*],
                results: &[$($(<$result as crate::shims::Abi>::TYPE),+)?],
                fallible: runtime_functions!(@fallible $kind),
                thread_safe: runtime_functions!(@thread_safe $kind),
                pointer: quipu_abi::Code($name as *const u8),
                doc: concat!($($doc, "\n"),*),
            }
        ),*];
    };
    (@define direct $name:ident $cx:ident ($($arg:ident: $ty:ty),*) () $body:block) => {
        unsafe extern "C" fn $name(ctx: *mut quipu_abi::Ctx $(, $arg: $ty)*) {
            // SAFETY: the contract of all runtime functions.
            let $cx = unsafe { crate::runtime::Context::from_raw(ctx) };
            let _ = $cx;
            $body
        }
    };
    (@define direct $name:ident $cx:ident ($($arg:ident: $ty:ty),*) ($out:ident: $result:ty) $body:block) => {
        unsafe extern "C" fn $name(ctx: *mut quipu_abi::Ctx $(, $arg: $ty)*) -> $result {
            // SAFETY: the contract of all runtime functions.
            let $cx = unsafe { crate::runtime::Context::from_raw(ctx) };
            let _ = $cx;
            $body
        }
    };
    (@define status $name:ident $cx:ident ($($arg:ident: $ty:ty),*) () $body:block) => {
        unsafe extern "C" fn $name(ctx: *mut quipu_abi::Ctx $(, $arg: $ty)*) -> i32 {
            // SAFETY: the contract of all runtime functions.
            let $cx = unsafe { crate::runtime::Context::from_raw(ctx) };
            $body
        }
    };
    (@define $kind:ident $name:ident $cx:ident ($($arg:ident: $ty:ty),*) ($($out:ident: $result:ty),*) $body:block) => {
        unsafe extern "C" fn $name(ctx: *mut quipu_abi::Ctx $(, $arg: $ty)* $(, $out: *mut $result)*) -> i32 {
            // SAFETY: the contract of all runtime functions.
            let $cx = unsafe { crate::runtime::Context::from_raw(ctx) };
            $cx.guard(|| {
                let pointers = ($($out,)*);
                let body = || -> crate::error::Result<($($result,)*)> { $body };
                // SAFETY: by the contract, result pointers are writable.
                unsafe { crate::shims::Results::store(body()?, pointers) };
                Ok(())
            })
        }
    };
    (@fallible direct) => { false };
    (@fallible $kind:ident) => { true };
    (@thread_safe serial) => { false };
    (@thread_safe $kind:ident) => { true };
}
pub(crate) use runtime_functions;

/// The array that a header describes.
///
/// # Safety
/// `header` points to a live header whose array is not written while the view is used.
#[expect(unsafe_code, reason = "headers are raw memory")]
unsafe fn view_of<'a>(header: *const ArrayHeader) -> Result<ArrayView<'a>> {
    // SAFETY: by the contract; the array's elements all lie between `first` and `first + len`.
    unsafe {
        let (shape, first, len) = parts_of(header)?;
        let bytes = std::slice::from_raw_parts((*header).data.wrapping_sub(first), len);
        ArrayView::new(shape.dtype, &shape.dims, &shape.strides, bytes, first)
    }
}

/// The same to write to.
///
/// # Safety
/// As for `view_of`, and nothing else reads or writes the array meanwhile.
#[expect(unsafe_code, reason = "headers are raw memory")]
unsafe fn view_mut_of<'a>(header: *const ArrayHeader) -> Result<ArrayViewMut<'a>> {
    // SAFETY: as in `view_of`.
    unsafe {
        let (shape, first, len) = parts_of(header)?;
        let bytes = std::slice::from_raw_parts_mut((*header).data.wrapping_sub(first), len);
        ArrayViewMut::new(shape.dtype, &shape.dims, &shape.strides, bytes, first)
    }
}

struct Shape {
    dtype: DType,
    dims: Vec<usize>,
    strides: Vec<isize>,
}

/// A header's shape, and the bytes before its data and in all that its elements span.
///
/// # Safety
/// `header` points to a live header.
#[expect(unsafe_code, reason = "headers are raw memory")]
unsafe fn parts_of(header: *const ArrayHeader) -> Result<(Shape, usize, usize)> {
    // SAFETY: by the contract.
    let header = unsafe { &*header };
    let rank = (header.rank as usize).min(MAX_RANK);
    let dims: Vec<usize> = header.dims[..rank].iter().map(|&n| usize::try_from(n).unwrap_or(0)).collect();
    let strides: Vec<isize> = header.strides[..rank].iter().map(|&stride| stride as isize).collect();
    let dtype = dtype_of(header.dtype)?;
    let (before, after) =
        extent(&dims, &strides, dtype.size()).ok_or_else(|| Error::value("array extends beyond its memory"))?;
    let len = if header.data.is_null() { 0 } else { before + after };
    Ok((Shape { dtype, dims, strides }, before, len))
}

fn dtype_of(code: u32) -> Result<DType> {
    let dtype = DType::ALL.get(code as usize).copied();
    dtype.ok_or_else(|| Error::type_error(format!("no dtype has the number {code}")))
}

/// Moves an array into the program's memory and describes it in `out`.
///
/// # Safety
/// `out` is writable.
#[expect(unsafe_code, reason = "headers are raw memory")]
unsafe fn store_array(cx: &Context, array: &OwnedArray, out: *mut ArrayHeader) -> Result<()> {
    let data = cx.alloc(array.bytes.len(), false)?;
    let mut header = ArrayHeader {
        data,
        rank: array.dims.len() as u32,
        dtype: array.dtype as u32,
        dims: [0; MAX_RANK],
        strides: [0; MAX_RANK],
    };
    for (axis, (&n, stride)) in array.dims.iter().zip(array.strides()).enumerate() {
        header.dims[axis] = n as i64;
        header.strides[axis] = stride as i64;
    }
    // SAFETY: a fresh block of that size; `out` by the contract.
    unsafe {
        std::ptr::copy_nonoverlapping(array.bytes.as_ptr(), data, array.bytes.len());
        out.write(header);
    }
    Ok(())
}

/// The results of a fallible function, written through its result pointers.
pub(crate) trait Results {
    type Pointers;

    /// # Safety
    /// The pointers are writable.
    #[expect(unsafe_code, reason = "writes through the caller's pointers")]
    unsafe fn store(self, pointers: Self::Pointers);
}

macro_rules! results {
    ($(($($ty:ident $value:ident $at:ident),*))*) => { $(
        impl<$($ty),*> Results for ($($ty,)*) {
            type Pointers = ($(*mut $ty,)*);

            #[expect(unsafe_code, clippy::unused_unit, reason = "writes through the caller's pointers, of any number")]
            unsafe fn store(self, pointers: Self::Pointers) {
                let ($($value,)*) = self;
                let ($($at,)*) = pointers;
                // SAFETY: by the contract.
                $(unsafe { $at.write($value) };)*
                ()
            }
        }
    )* };
}

results! { () (A a pa) (A a pa, B b pb) (A a pa, B b pb, C c pc) (A a pa, B b pb, C c pc, D d pd) }

const GROUPS: [&[RuntimeFunction]; 9] = [
    memory::ROWS,
    strings::ROWS,
    lists::ROWS,
    math::ROWS,
    files::ROWS,
    random::ROWS,
    scalar::ROWS,
    scalar::ELEMENTARY,
    host::ROWS,
];

const COUNT: usize = {
    let (mut n, mut group) = (0, 0);
    while group < GROUPS.len() {
        n += GROUPS[group].len();
        group += 1;
    }
    n
};

static TABLE: [RuntimeFunction; COUNT] = {
    let mut table = [GROUPS[0][0]; COUNT];
    let (mut n, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut row = 0;
        while row < GROUPS[group].len() {
            table[n] = GROUPS[group][row];
            n += 1;
            row += 1;
        }
        group += 1;
    }
    table
};

/// The runtime's functions, in the order of `ctx.functions`.
pub static FUNCTIONS: &[RuntimeFunction] = &TABLE;

/// The position of a function in `FUNCTIONS`.
pub fn index_of(name: &str) -> Option<usize> {
    static BY_NAME: OnceLock<Vec<(&'static str, usize)>> = OnceLock::new();
    let rows = BY_NAME.get_or_init(|| {
        let mut rows: Vec<_> = FUNCTIONS.iter().enumerate().map(|(i, f)| (f.name, i)).collect();
        rows.sort_unstable();
        rows
    });
    rows.binary_search_by_key(&name, |row| row.0).ok().map(|at| rows[at].1)
}

/// What `ctx.functions` points to.
pub(crate) fn pointers() -> &'static [*const u8] {
    struct Pointers([*const u8; COUNT]);

    #[expect(unsafe_code, reason = "raw pointers are not Sync by themselves")]
    // SAFETY: constant addresses of functions.
    unsafe impl Sync for Pointers {}

    static POINTERS: Pointers = Pointers({
        let mut pointers = [std::ptr::null(); COUNT];
        let mut i = 0;
        while i < COUNT {
            pointers[i] = TABLE[i].pointer.0;
            i += 1;
        }
        pointers
    });
    &POINTERS.0
}
