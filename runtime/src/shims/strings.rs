//! Strings, text of values, printing.
//!
//! Results are new strings that the caller owns; arguments stay the caller's.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::{dtype_of, runtime_functions, view_of};
use crate::error::{Error, Result};
use crate::format;
use crate::nested;
use crate::runtime::{Context, str_at};
use crate::text::{self, FLAG_ASCII, FLAG_STATIC, Str};
use crate::view::Scalar;
use quipu_abi::{ArrayHeader, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A string argument.
///
/// # Safety
/// `s` is a live string that outlives the call.
unsafe fn get<'a>(s: *const Str) -> &'a str {
    // SAFETY: by the contract.
    unsafe { str_at(s) }.unwrap_or_default()
}

fn made(cx: &Context, text: &str) -> Result<(*const Str,)> {
    Ok((cx.new_str(text)?,))
}

/// # Safety
/// `x` points to an element of the dtype with number `dtype`.
unsafe fn scalar(dtype: i32, x: *const u8) -> Result<Scalar> {
    let dtype = dtype_of(dtype as u32)?;
    // SAFETY: by the contract.
    Ok(Scalar::from_bytes(dtype, unsafe { std::slice::from_raw_parts(x, dtype.size()) }))
}

// SAFETY of the blocks below: arguments are live strings (`get`), elements or arrays, by the functions' contract.
runtime_functions! {
    /// A string of `len` bytes of UTF-8; ValueError if they are not.
    fallible fn str_from_utf8(cx, bytes: *const u8, len: i64) -> (text: *const Str) {
        let len = usize::try_from(len).unwrap_or(0);
        let bytes = if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(bytes, len) } };
        made(&cx, std::str::from_utf8(bytes).map_err(|_| Error::value("invalid UTF-8"))?)
    }

    /// `a + b`.
    fallible fn str_concat(cx, a: *const Str, b: *const Str) -> (text: *const Str) {
        made(&cx, &[unsafe { get(a) }, unsafe { get(b) }].concat())
    }

    /// The `n` strings at `parts`, one after another: an f-string.
    fallible fn str_concat_n(cx, parts: *const *const Str, n: i64) -> (text: *const Str) {
        let mut text = String::new();
        for i in 0..n {
            text.push_str(unsafe { get(parts.offset(i as isize).read()) });
        }
        made(&cx, &text)
    }

    /// `separator.join(parts)`.
    fallible fn str_join(cx, separator: *const Str, parts: *const *const Str, n: i64) -> (text: *const Str) {
        let parts: Vec<&str> = (0..n).map(|i| unsafe { get(parts.offset(i as isize).read()) }).collect();
        made(&cx, &parts.join(unsafe { get(separator) }))
    }

    /// `s * n`.
    fallible fn str_repeat(cx, s: *const Str, n: i64) -> (text: *const Str) {
        made(&cx, &text::repeat(unsafe { get(s) }, n)?)
    }

    /// `len(s)`, in code points.
    direct fn str_len(cx, s: *const Str) -> (len: i64) {
        unsafe { (*s).len }
    }

    /// `str(e)` from an exception's text (see `ErrorRecord`).
    fallible fn exc_str(cx, text: *const Str) -> (shown: *const Str) {
        made(&cx, text::exception_str(unsafe { get(text) }))
    }

    /// The arguments in `repr(e)`, parentheses included, from the number of an exception's kind and its text.
    fallible fn exc_arguments(cx, kind: i64, text: *const Str) -> (shown: *const Str) {
        made(&cx, &text::exception_arguments(ErrorKind::from_code(kind as u32), unsafe { get(text) }))
    }

    /// `type(e).__name__`, from the number of an exception's kind and its text.
    fallible fn exc_name(cx, kind: i64, text: *const Str) -> (name: *const Str) {
        made(&cx, text::exception_name(ErrorKind::from_code(kind as u32), unsafe { get(text) }))
    }

    /// The number of the program's class that an exception with this text is of, or -1.
    direct fn exc_class(cx, text: *const Str) -> (class: i64) {
        text::exception_class(unsafe { get(text) }).map_or(-1, |c| c.1)
    }

    /// The number of the object that an exception with this text is, or -1.
    direct fn exc_object(cx, text: *const Str) -> (object: i64) {
        text::exception_class(unsafe { get(text) }).map_or(-1, |c| c.2)
    }

    /// -1, 0 or 1 as `a` is before, equal to or after `b`.
    direct fn str_compare(cx, a: *const Str, b: *const Str) -> (order: i64) {
        text::compare(unsafe { get(a) }, unsafe { get(b) }) as i64
    }

    /// `a == b`.
    direct fn str_equal(cx, a: *const Str, b: *const Str) -> (equal: u8) {
        u8::from(a == b || unsafe { get(a) == get(b) })
    }

    /// The string's hash, never 0; it is kept in the string.
    direct fn str_hash(cx, s: *const Str) -> (hash: i64) {
        let kept = unsafe { AtomicU64::from_ptr((&raw const (*s).hash).cast_mut()) };
        let known = kept.load(Relaxed);
        if known != 0 {
            return known as i64;
        }
        let hash = text::hash(unsafe { get(s) });
        if unsafe { (*s).flags } & FLAG_STATIC == 0 {
            kept.store(hash, Relaxed);
        }
        hash as i64
    }

    /// `s[i]`.
    fallible fn str_index(cx, s: *const Str, i: i64) -> (text: *const Str) {
        // An ASCII string's characters are found without a walk.
        let ascii = unsafe { (*s).flags } & FLAG_ASCII != 0;
        let text = unsafe { get(s) };
        if ascii {
            let at = crate::list::python_index(i, text.len() as i64);
            let at = at.ok_or_else(|| Error::index("string index out of range"))? as usize;
            return made(&cx, &text[at..=at]);
        }
        made(&cx, text::index(text, i)?)
    }

    /// `s[start:stop:step]`; bit 0 of `has` says that `start` is written, bit 1 that `stop` is.
    fallible fn str_slice(cx, s: *const Str, start: i64, stop: i64, step: i64, has: i32) -> (text: *const Str) {
        let bound = |bit: i32, value: i64| (has & bit != 0).then_some(value);
        made(&cx, &text::slice(unsafe { get(s) }, bound(1, start), bound(2, stop), step)?)
    }

    /// `part in s`.
    direct fn str_contains(cx, s: *const Str, part: *const Str) -> (found: u8) {
        u8::from(unsafe { get(s).contains(get(part)) })
    }

    /// `s.find(part)`, in code points; -1 where there is none.
    direct fn str_find(cx, s: *const Str, part: *const Str) -> (at: i64) {
        text::find(unsafe { get(s) }, unsafe { get(part) })
    }

    /// `s.startswith(part)`.
    direct fn str_startswith(cx, s: *const Str, part: *const Str) -> (yes: u8) {
        u8::from(unsafe { get(s).starts_with(get(part)) })
    }

    /// `s.endswith(part)`.
    direct fn str_endswith(cx, s: *const Str, part: *const Str) -> (yes: u8) {
        u8::from(unsafe { get(s).ends_with(get(part)) })
    }

    /// `s.upper()`.
    fallible fn str_upper(cx, s: *const Str) -> (text: *const Str) {
        made(&cx, &unsafe { get(s) }.to_uppercase())
    }

    /// `s.lower()`.
    fallible fn str_lower(cx, s: *const Str) -> (text: *const Str) {
        made(&cx, &unsafe { get(s) }.to_lowercase())
    }

    /// `s.strip()`.
    fallible fn str_strip(cx, s: *const Str) -> (text: *const Str) {
        made(&cx, unsafe { get(s) }.trim_matches(text::is_space))
    }

    /// `s.replace(old, new)`.
    fallible fn str_replace(cx, s: *const Str, old: *const Str, new: *const Str) -> (text: *const Str) {
        made(&cx, &unsafe { get(s).replace(get(old), get(new)) })
    }

    /// `s.ljust(width)` (-1), `s.rjust(width)` (1), `s.center(width)` (0) with spaces.
    fallible fn str_justify(cx, s: *const Str, width: i64, side: i32) -> (text: *const Str) {
        made(&cx, &text::justify(unsafe { get(s) }, width, side)?)
    }

    /// One more container shares the string.
    direct fn str_retain(cx, s: *const Str) {
        unsafe {
            if !s.is_null() && (*s).flags & FLAG_STATIC == 0 {
                let _one_at_a_time = cx.memory();
                (*s.cast_mut()).refs += 1;
            }
        }
    }

    /// One container less; the last one frees it.
    direct fn str_release(cx, s: *const Str) {
        unsafe { nested::release(&mut cx.memory(), s.cast_mut().cast()) }
    }

    /// Makes the string as old as `owner`, which refers to it from now on (see `keep`).
    direct fn str_keep(cx, owner: *mut u8, s: *const Str) {
        unsafe {
            if !s.is_null() && (*s).flags & FLAG_STATIC == 0 {
                cx.memory().keep(owner, s.cast_mut().cast());
            }
        }
    }

    /// The string moved out of every mark's reach.
    direct fn str_adopt(cx, s: *const Str) {
        unsafe {
            if !s.is_null() && (*s).flags & FLAG_STATIC == 0 {
                cx.memory().adopt(s.cast_mut().cast());
            }
        }
    }

    /// `int(s, base)`.
    fallible fn int_of_str(cx, s: *const Str, base: i64) -> (value: i64) {
        Ok((text::parse_int(unsafe { get(s) }, u32::try_from(base).unwrap_or(1))?,))
    }

    /// `float(s)`.
    fallible fn float_of_str(cx, s: *const Str) -> (value: f64) {
        Ok((text::parse_float(unsafe { get(s) })?,))
    }

    /// `chr(code)`.
    fallible fn str_chr(cx, code: i64) -> (text: *const Str) {
        made(&cx, &text::chr(code)?)
    }

    /// `ord(s)`.
    fallible fn str_ord(cx, s: *const Str) -> (code: i64) {
        Ok((text::ord(unsafe { get(s) })?,))
    }

    /// `str` and `repr` of a Python int.
    fallible fn str_of_int(cx, x: i64) -> (text: *const Str) {
        made(&cx, &x.to_string())
    }

    /// `str` and `repr` of a Python float.
    fallible fn str_of_float(cx, x: f64) -> (text: *const Str) {
        made(&cx, &format::float_repr(x))
    }

    /// `str` and `repr` of a Python bool.
    fallible fn str_of_bool(cx, x: u8) -> (text: *const Str) {
        made(&cx, format::bool_repr(x != 0))
    }

    /// `str` and `repr` of a Python complex.
    fallible fn str_of_complex(cx, re: f64, im: f64) -> (text: *const Str) {
        made(&cx, &format::complex_repr(re, im))
    }

    /// `repr` of a str.
    fallible fn str_repr(cx, s: *const Str) -> (text: *const Str) {
        made(&cx, &format::str_repr(unsafe { get(s) }))
    }

    /// `str` of the NumPy scalar of `dtype` at `x`.
    fallible fn scalar_str(cx, dtype: i32, x: *const u8) -> (text: *const Str) {
        made(&cx, &format::scalar_str(unsafe { scalar(dtype, x)? }))
    }

    /// `repr` of the NumPy scalar of `dtype` at `x`.
    fallible fn scalar_repr(cx, dtype: i32, x: *const u8) -> (text: *const Str) {
        made(&cx, &format::scalar_repr(unsafe { scalar(dtype, x)? }))
    }

    /// `str` of an array.
    fallible fn array_str(cx, a: *const ArrayHeader) -> (text: *const Str) {
        let text = format::array_str(&unsafe { view_of(a)? }, &cx.shared().print_options());
        made(&cx, &text)
    }

    /// `repr` of an array.
    fallible fn array_repr(cx, a: *const ArrayHeader) -> (text: *const Str) {
        let text = format::array_repr(&unsafe { view_of(a)? }, &cx.shared().print_options());
        made(&cx, &text)
    }

    /// See `format::field_words`.
    fallible fn field_words(cx, a: *const ArrayHeader) -> (text: *const Str) {
        let text = format::field_words(&unsafe { view_of(a)? }, &cx.shared().print_options());
        made(&cx, &text)
    }

    /// See `format::fields_text`.
    fallible fn fields_text(cx, words: *const Str, a: *const ArrayHeader, types: *const Str) -> (text: *const Str) {
        let dims = unsafe { view_of(a)? }.dims().to_vec();
        let text = format::fields_text(unsafe { get(words) }, &dims, unsafe { get(types) }, &cx.shared().print_options());
        made(&cx, &text)
    }

    /// `format(x, spec)` of an int.
    fallible fn format_int(cx, x: i64, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_int(x, unsafe { get(spec) })?)
    }

    /// `format(x, spec)` of an unsigned NumPy integer.
    fallible fn format_uint(cx, x: i64, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_uint(x as u64, unsafe { get(spec) })?)
    }

    /// `format(x, spec)` of a float.
    fallible fn format_float(cx, x: f64, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_float(x, unsafe { get(spec) })?)
    }

    /// `format(x, spec)` of a bool.
    fallible fn format_bool(cx, x: u8, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_bool(x != 0, unsafe { get(spec) })?)
    }

    /// `format(x, spec)` of a complex.
    fallible fn format_complex(cx, re: f64, im: f64, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_complex(re, im, unsafe { get(spec) })?)
    }

    /// `format(x, spec)` of a str.
    fallible fn format_str(cx, s: *const Str, spec: *const Str) -> (text: *const Str) {
        made(&cx, &format::format_str(unsafe { get(s) }, unsafe { get(spec) })?)
    }

    /// Prints the string, without an end of line.
    serial fn print(cx, s: *const Str) {
        cx.shared().output().write(unsafe { get(s) }.as_bytes())?;
        Ok(())
    }

    /// Writes the string to standard error.
    serial fn print_error(cx, s: *const Str) {
        crate::output::to_stderr(unsafe { get(s) })?;
        Ok(())
    }

    /// The next line of standard input with its end; empty where there is none.
    serial fn read_line(cx) -> (text: *const Str) {
        let line = cx.shared().input().line()?;
        made(&cx, &line)
    }

    /// So many characters of standard input, or what is left of it; all of it for a negative number.
    serial fn read_text(cx, n: i64) -> (text: *const Str) {
        let text = cx.shared().input().characters(n)?;
        made(&cx, &text)
    }

    /// `sys.argv[i]`
    fallible fn argument(cx, i: i64) -> (text: *const Str) {
        made(&cx, cx.shared().argument(i))
    }

    /// `len(sys.argv)` as the program starts.
    direct fn arguments(cx) -> (n: i64) {
        cx.shared().arguments()
    }

    /// Writes out what was printed.
    serial fn flush(cx) {
        cx.shared().output().flush()?;
        Ok(())
    }

    /// `np.set_printoptions` of the numbers; -1 leaves one as it is. `suppress` is 0 or 1, `sign` and `floatmode`
    /// number their values in the order of `-`, `+`, space and fixed, unique, maxprec, maxprec_equal.
    serial fn set_printoptions(
        cx, precision: i64, threshold: i64, edgeitems: i64, linewidth: i64, suppress: i32, sign: i32, floatmode: i32
    ) {
        let mut options = cx.shared().print_options();
        let set = |field: &mut usize, value: i64| {
            if let Ok(value) = usize::try_from(value) {
                *field = value;
            }
        };
        set(&mut options.precision, precision);
        set(&mut options.threshold, threshold);
        set(&mut options.edgeitems, edgeitems);
        set(&mut options.linewidth, linewidth);
        if suppress >= 0 {
            options.suppress = suppress != 0;
        }
        options.sign = match sign {
            0 => format::Sign::Minus,
            1 => format::Sign::Plus,
            2 => format::Sign::Space,
            _ => options.sign,
        };
        options.floatmode = match floatmode {
            0 => format::FloatMode::Fixed,
            1 => format::FloatMode::Unique,
            2 => format::FloatMode::MaxPrec,
            3 => format::FloatMode::MaxPrecEqual,
            _ => options.floatmode,
        };
        Ok(())
    }
}
