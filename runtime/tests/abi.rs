//! The runtime's functions as compiled code calls them: by position in the context's table, over raw pointers.
#![expect(unsafe_code, reason = "calls what compiled code calls")]

use quipu_abi::{AbiType, ArrayHeader, Ctx, DType, ErrorKind, MAX_RANK};
use quipu_runtime::runtime::str_at;
use quipu_runtime::text::Str;
use quipu_runtime::{FUNCTIONS, Options, Runtime, index_of};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// A function of the table with the signature that the caller states.
macro_rules! function {
    ($runtime:expr, $name:literal, fn($($param:ty),*) $(-> $result:ty)?) => {{
        let at = index_of($name).expect("a function of the table");
        // SAFETY: the table is as long as FUNCTIONS; each test states the signature that the row has.
        unsafe {
            let pointer = (*$runtime.ctx()).functions.add(at).read();
            std::mem::transmute::<*const u8, unsafe extern "C" fn(*mut Ctx $(, $param)*) $(-> $result)?>(pointer)
        }
    }};
}

fn runtime(n_threads: usize) -> Box<Runtime> {
    Runtime::new(Options { n_threads: Some(n_threads), ..Options::default() })
}

fn text(s: *const Str) -> String {
    // SAFETY: the tests pass live strings.
    unsafe { str_at(s) }.unwrap().to_owned()
}

fn string(runtime: &Runtime, s: &str) -> *const Str {
    let make = function!(runtime, "str_from_utf8", fn(*const u8, i64, *mut *const Str) -> i32);
    let mut out = std::ptr::null();
    // SAFETY: the bytes are live, the result pointer is writable.
    assert_eq!(unsafe { make(runtime.ctx(), s.as_ptr(), s.len() as i64, &raw mut out) }, 0);
    out
}

#[test]
fn the_table_is_consistent() {
    let runtime = runtime(1);
    let mut names: Vec<&str> = FUNCTIONS.iter().map(|f| f.name).collect();
    for (i, f) in FUNCTIONS.iter().enumerate() {
        assert_eq!(index_of(f.name), Some(i));
        // SAFETY: the context's table is as long as FUNCTIONS.
        assert_eq!(unsafe { (*runtime.ctx()).functions.add(i).read() }, f.pointer.0);
        assert!(!f.doc.trim().is_empty(), "{} has no documentation", f.name);
        assert!(f.fallible || f.results.len() <= 1, "{} returns more than one value directly", f.name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FUNCTIONS.len());
    assert_eq!(index_of("no such function"), None);
    let row = &FUNCTIONS[index_of("str_slice").unwrap()];
    assert_eq!(row.params, [AbiType::Ptr, AbiType::I64, AbiType::I64, AbiType::I64, AbiType::I32]);
    assert_eq!((row.results, row.fallible, row.thread_safe), (&[AbiType::Ptr][..], true, true));
}

#[test]
fn errors_are_raised_taken_and_freed() {
    let mut runtime = runtime(1);
    let index = function!(runtime, "str_index", fn(*const Str, i64, *mut *const Str) -> i32);
    let raise = function!(runtime, "raise", fn(i32, *const Str) -> i32);
    let take = function!(runtime, "take_error_text", fn(*mut *const Str) -> i32);
    let free = function!(runtime, "free", fn(*mut u8));
    let s = string(&runtime, "héllo");
    let mut out = std::ptr::null();
    let live = runtime.statistics().bytes_live;
    // SAFETY: live strings, writable results.
    unsafe {
        assert_eq!(index(runtime.ctx(), s, -4, &raw mut out), 0);
        assert_eq!(text(out), "é");
        free(runtime.ctx(), out.cast_mut().cast());
        for _ in 0..1000 {
            assert_eq!(index(runtime.ctx(), s, 5, &raw mut out), 1);
        }
    }
    let raised = runtime.take_error().unwrap();
    assert_eq!((raised.kind, raised.text.as_deref()), (ErrorKind::IndexError, Some("string index out of range")));
    assert_eq!(runtime.take_error(), None);
    // SAFETY: as above.
    unsafe {
        assert_eq!(raise(runtime.ctx(), ErrorKind::KeyError as i32, s), 1);
        assert_eq!(take(runtime.ctx(), &raw mut out), 0);
        assert_eq!((text(out), (*runtime.ctx()).error.kind), ("héllo".to_owned(), 0));
        free(runtime.ctx(), out.cast_mut().cast());
    }
    assert_eq!(runtime.statistics().bytes_live, live);
}

#[test]
fn an_error_exit_frees_what_the_call_allocated() {
    let runtime = runtime(1);
    let alloc = function!(runtime, "alloc", fn(i64, *mut *mut u8) -> i32);
    let mark = function!(runtime, "mark", fn() -> i64);
    let release = function!(runtime, "release_to", fn(i64));
    let mut out = std::ptr::null_mut();
    for _ in 0..1000 {
        // SAFETY: writable results; released blocks are not used.
        unsafe {
            let before = mark(runtime.ctx());
            for bytes in [10, 1000, 100_000] {
                assert_eq!(alloc(runtime.ctx(), bytes, &raw mut out), 0);
            }
            release(runtime.ctx(), before);
        }
    }
    let statistics = runtime.statistics();
    assert_eq!((statistics.bytes_live, statistics.allocations - statistics.reused), (0, 3));
}

#[test]
fn arrays_are_checked_allocated_and_printed() {
    let mut runtime = runtime(1);
    let alloc = function!(runtime, "alloc_array", fn(i32, i64, *const i64, i32, *mut *mut u8) -> i32);
    let repr = function!(runtime, "array_repr", fn(*const ArrayHeader, *mut *const Str) -> i32);
    let sort = function!(runtime, "sort", fn(*const ArrayHeader, i64) -> i32);
    let mut header = ArrayHeader {
        data: std::ptr::null_mut(),
        rank: 2,
        dtype: DType::I32 as u32,
        dims: [0; MAX_RANK],
        strides: [0; MAX_RANK],
    };
    header.dims[..2].copy_from_slice(&[2, 3]);
    let mut out = std::ptr::null();
    // SAFETY: live headers, writable results; the array is 2 by 3 elements of 4 bytes.
    unsafe {
        assert_eq!(alloc(runtime.ctx(), header.dtype as i32, 2, header.dims.as_ptr(), 1, &raw mut header.data), 0);
        header.data.cast::<[i32; 6]>().write([3, 1, 2, 9, 8, 7]);
        // The same elements from the last to the first.
        header.data = header.data.add(20);
        header.strides[..2].copy_from_slice(&[-12, -4]);
        assert_eq!(sort(runtime.ctx(), &raw const header, -1), 0);
        assert_eq!(repr(runtime.ctx(), &raw const header, &raw mut out), 0);
        assert_eq!(text(out), "array([[7, 8, 9],\n       [1, 2, 3]], dtype=int32)");
        assert_eq!(sort(runtime.ctx(), &raw const header, 2), 1);
    }
    let error = runtime.take_error().unwrap();
    assert_eq!(error.text.as_deref(), Some("axis 2 is out of bounds for array of dimension 2"));
    let mut data = std::ptr::null_mut();
    // SAFETY: as above.
    assert_eq!(unsafe { alloc(runtime.ctx(), 0, 1, [-1].as_ptr(), 0, &raw mut data) }, 1);
    assert_eq!(runtime.take_error().unwrap().text.as_deref(), Some("negative dimensions are not allowed"));
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn printing_goes_where_the_host_says() {
    let captured = Captured::default();
    let runtime = Runtime::new(Options { output: Some(Box::new(captured.clone())), ..Options::default() });
    let print = function!(runtime, "print", fn(*const Str) -> i32);
    // SAFETY: live strings.
    unsafe {
        assert_eq!(print(runtime.ctx(), string(&runtime, "é = ")), 0);
        assert_eq!(print(runtime.ctx(), string(&runtime, "1\n")), 0);
    }
    assert!(captured.0.lock().unwrap().is_empty());
    runtime.flush().unwrap();
    assert_eq!(*captured.0.lock().unwrap(), "é = 1\n".as_bytes());
}

/// What a parallel nest's body would be: writes its chunk's square, and raises where told to.
struct Env {
    squares: [i64; 100],
    fails: fn(i64) -> bool,
}

unsafe extern "C" fn body(ctx: *mut Ctx, env: *mut u8, chunk: i64) -> i32 {
    let env = env.cast::<Env>();
    // SAFETY: the environment of the test below, of which each chunk writes its own element.
    unsafe {
        if ((*env).fails)(chunk) {
            (*ctx).error.kind = ErrorKind::ValueError as u32;
            (*ctx).error.operands[0] = chunk;
            return 1;
        }
        let squares = &raw mut (*env).squares;
        squares.cast::<i64>().add(chunk as usize).write(chunk * chunk);
    }
    0
}

#[test]
fn the_smallest_chunk_that_fails_is_reported_on_any_number_of_threads() {
    for threads in [1, 2, 4] {
        let mut runtime = runtime(threads);
        let parallel = function!(runtime, "parallel_for", fn(*const u8, *mut u8, i64) -> i32);
        let code = body as *const u8;
        let mut env = Env { squares: [0; 100], fails: |_| false };
        let at = (&raw mut env).cast();
        // SAFETY: `body` has the signature of a chunk, and `env` outlives the nest.
        assert_eq!(unsafe { parallel(runtime.ctx(), code, at, 100) }, 0);
        assert!(env.squares.iter().enumerate().all(|(i, &x)| x == (i * i) as i64));
        for _ in 0..50 {
            env.fails = |chunk| chunk % 10 == 7;
            let at = (&raw mut env).cast();
            // SAFETY: as above.
            assert_eq!(unsafe { parallel(runtime.ctx(), code, at, 100) }, 1);
            let error = runtime.take_error().unwrap();
            assert_eq!((error.kind, error.operands[0]), (ErrorKind::ValueError, 7));
        }
    }
}

#[test]
fn stacks_have_limits_and_programs_get_large_ones() {
    fn depth(limit: usize, n: usize) -> usize {
        let frame = std::hint::black_box([n; 128]);
        if (&raw const frame as usize) < limit { frame[0] } else { depth(limit, n + 1) }
    }
    let mut runtime = runtime(1);
    // SAFETY: the context is the runtime's own.
    let limit = |runtime: &Runtime| unsafe { (*runtime.ctx()).stack_limit };
    let own = limit(&runtime);
    let deep = runtime.on_large_stack(64 << 20, |runtime| depth(limit(runtime), 0)).unwrap();
    assert!(deep > 20_000, "{deep} frames of a kilobyte fit into 64 MiB");
    assert_eq!(limit(&runtime), own);
    assert!(depth(own, 0) > 100);
}

/// functions.md lists the table for people; `QUIPU_BLESS=1 cargo test -p quipu-runtime` writes it anew.
#[test]
fn the_list_of_functions_is_current() {
    let types =
        |list: &[AbiType]| list.iter().map(|ty| format!("{ty:?}").to_lowercase()).collect::<Vec<_>>().join(", ");
    let mut page = String::from(
        "# The runtime's functions\n\nGenerated from `quipu_runtime::FUNCTIONS`. Each takes the context first. `i32` before a \
         name: the function is fallible, it returns a status\nand writes its results through pointers after the arguments. \
         `serial`: not for parallel nests. An array argument is a pointer to an\n`ArrayHeader`, a string to a `Str`, a list \
         to a `List`.\n\n",
    );
    for f in FUNCTIONS {
        let serial = if f.thread_safe { "" } else { "serial " };
        let signature = match (f.fallible, f.results) {
            (true, []) => format!("i32 {}({})", f.name, types(f.params)),
            (true, results) => format!("i32 {}({}) -> {}", f.name, types(f.params), types(results)),
            (false, []) => format!("{}({})", f.name, types(f.params)),
            (false, results) => format!("{}({}) = {}", f.name, types(f.params), types(results)),
        };
        let doc = f.doc.split_whitespace().collect::<Vec<_>>().join(" ");
        page.push_str(&format!("- `{serial}{signature}`: {doc}\n"));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/functions.md");
    if std::env::var_os("QUIPU_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == page, "functions.md is not current: QUIPU_BLESS=1 cargo test -p quipu-runtime --test abi");
}
