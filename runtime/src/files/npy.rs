//! The `.npy` format: magic, version, a header that is a Python dict's text, then the elements.
//!
//! All three versions are read (they differ in the width of the header's length and its encoding), both byte orders,
//! C and Fortran order. Written is version 1.0 as `np.save` writes it, byte for byte: the header's room for a growing
//! first dim included.

use super::{read, write};
use crate::error::{Error, Result};
use crate::format::shape_text;
use crate::view::{ArrayView, OwnedArray, c_strides};
use quipu_abi::{DType, ErrorKind, MAX_RANK};

const MAGIC: &[u8] = b"\x93NUMPY";

/// `np.load(path)`.
pub fn load(path: &str) -> Result<OwnedArray> {
    from_bytes(&read(path)?)
}

/// `np.load(path)` of an array of which a program relies on these facts, in row-major order.
///
/// # Errors
/// What `load` raises, and a `RuntimeError` for a file that holds something else.
pub fn load_as(path: &str, dtype: DType, rank: usize, fortran: bool) -> Result<OwnedArray> {
    let array = load(path)?;
    let order = |fortran| if fortran { " in Fortran's order" } else { "" };
    if (array.dtype, array.dims.len(), array.fortran) != (dtype, rank, fortran) {
        let text = format!(
            "np.load: '{path}' holds a {}-dimensional array of {}{}; the program was compiled for {rank} dimensions of \
             {}{}: compile it again",
            array.dims.len(),
            array.dtype.name(),
            order(array.fortran),
            dtype.name(),
            order(fortran),
        );
        return Err(Error::new(ErrorKind::RuntimeError, text));
    }
    if !array.fortran {
        return Ok(array);
    }
    let mut bytes = Vec::with_capacity(array.bytes.len());
    array.view()?.for_each(|item| bytes.extend(item));
    Ok(OwnedArray { fortran: false, bytes, ..array })
}

/// What a file holds, by its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    Array {
        dtype: DType,
        rank: usize,
        fortran: bool,
    },
    /// There is no such file, or `load` raises.
    Nothing,
}

/// What is in a file, without its elements.
pub fn look(path: &str) -> Holds {
    let header = || -> Option<Header> {
        let mut file = std::fs::File::open(path).ok()?;
        let mut start = vec![];
        // A header of version 1 is shorter; longer ones are of records, which nobody reads.
        std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, 1 << 16), &mut start).ok()?;
        Some(head(&start).ok()?.0)
    };
    match header() {
        Some(h) => Holds::Array { dtype: h.dtype, rank: h.dims.len(), fortran: h.fortran },
        None => Holds::Nothing,
    }
}

/// `np.save(path, a)`: the name gets `.npy` unless it ends so.
pub fn save(path: &str, a: &ArrayView) -> Result<()> {
    let bytes = to_bytes(a);
    if path.ends_with(".npy") { write(path, &bytes) } else { write(&format!("{path}.npy"), &bytes) }
}

/// The header of a file, and where it ends.
fn head(file: &[u8]) -> Result<(Header, usize)> {
    if file.is_empty() {
        return Err(Error::new(ErrorKind::EOFError, "No data left in file"));
    }
    if file.starts_with(b"PK\x03\x04") {
        return Err(Error::value("np.load of .npz archives is not supported; save the arrays one by one with np.save"));
    }
    if !file.starts_with(MAGIC) {
        return Err(Error::value(
            "This file contains pickled (object) data. If you trust the file you can load it unsafely using the \
             `allow_pickle=` keyword argument or `pickle.load()`.",
        ));
    }
    let mut rest = Reader { file, at: MAGIC.len() };
    let version = rest.take(2, "magic string")?;
    let length = match version {
        [1, 0] => usize::from(u16::from_le_bytes(rest.array("array header length")?)),
        [2 | 3, 0] => u32::from_le_bytes(rest.array("array header length")?) as usize,
        _ => {
            let (major, minor) = (version[0], version[1]);
            let text = format!("we only support format version (1,0), (2,0), and (3,0), not ({major}, {minor})");
            return Err(Error::value(text));
        }
    };
    let header = String::from_utf8_lossy(rest.take(length, "array header")?).into_owned();
    Ok((Header::parse(&header)?, rest.at))
}

/// The array in the bytes of a file. What follows it is ignored.
pub fn from_bytes(file: &[u8]) -> Result<OwnedArray> {
    let (header, at) = head(file)?;
    let item = header.dtype.size();
    let cannot =
        || Error::value("array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.");
    let count = header.dims.iter().try_fold(1usize, |count, &n| count.checked_mul(n)).ok_or_else(cannot)?;
    let needed = count.checked_mul(item).ok_or_else(cannot)?;
    let data = &file[at..];
    if data.len() < needed {
        return Err(Error::value(format!(
            "Failed to read all data for array. Expected {} = {count} elements, could only read {} elements. (file seems \
             not fully written?)",
            shape_text(&header.dims),
            data.len() / item
        )));
    }
    let mut bytes = data[..needed].to_vec();
    if header.swap {
        // The parts of a complex number are swapped each for itself.
        bytes.chunks_exact_mut(header.dtype.real().size()).for_each(<[u8]>::reverse);
    }
    if header.dtype == DType::Bool {
        bytes.iter_mut().for_each(|byte| *byte = u8::from(*byte != 0));
    }
    Ok(OwnedArray { dtype: header.dtype, dims: header.dims, fortran: header.fortran, bytes })
}

struct Reader<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize, what: &str) -> Result<&'a [u8]> {
        let rest = &self.file[self.at..];
        let Some(part) = rest.get(..n) else {
            return Err(Error::value(format!("EOF: reading {what}, expected {n} bytes got {}", rest.len())));
        };
        self.at += n;
        Ok(part)
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.take(N, what)?);
        Ok(bytes)
    }
}

struct Header {
    dtype: DType,
    /// The elements are in the other byte order.
    swap: bool,
    fortran: bool,
    dims: Vec<usize>,
}

/// The values that a header's dict may have.
#[derive(Debug)]
enum Value {
    Text(String),
    Int(i128),
    Tuple(Vec<i128>),
    Name(String),
}

impl Value {
    /// As Python would show it in a message.
    fn shown(&self) -> String {
        match self {
            Value::Text(text) => crate::format::str_repr(text),
            Value::Int(value) => value.to_string(),
            Value::Name(name) => name.clone(),
            Value::Tuple(items) => {
                let list = items.iter().map(i128::to_string).collect::<Vec<_>>().join(", ");
                if items.len() == 1 { format!("({list},)") } else { format!("({list})") }
            }
        }
    }
}

impl Header {
    fn parse(text: &str) -> Result<Header> {
        let cannot = || Error::value(format!("Cannot parse header: {}", crate::format::str_repr(text)));
        let mut entries = dict(text).ok_or_else(cannot)?;
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        if keys != ["descr", "fortran_order", "shape"] {
            let keys: Vec<String> = keys.into_iter().map(crate::format::str_repr).collect();
            return Err(Error::value(format!("Header does not contain the correct keys: [{}]", keys.join(", "))));
        }
        let [(_, descr), (_, fortran), (_, shape)] = &entries[..] else { return Err(cannot()) };
        let dims = match shape {
            Value::Tuple(items) if items.len() <= MAX_RANK => {
                items.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        let dims = dims.ok_or_else(|| Error::value(format!("shape is not valid: {}", shape.shown())))?;
        let fortran = match fortran {
            Value::Name(name) if name == "True" => true,
            Value::Name(name) if name == "False" => false,
            other => return Err(Error::value(format!("fortran_order is not a valid bool: {}", other.shown()))),
        };
        let (dtype, swap) = dtype_of(descr)?;
        Ok(Header { dtype, swap, fortran: fortran && dims.len() > 1, dims })
    }
}

/// A dtype from NumPy's array-protocol text, and whether its bytes are in the other order.
fn dtype_of(descr: &Value) -> Result<(DType, bool)> {
    let invalid = || Error::value(format!("descr is not a valid dtype descriptor: {}", descr.shown()));
    let Value::Text(text) = descr else { return Err(invalid()) };
    let (order, code) = match text.as_bytes().first() {
        Some(order @ (b'<' | b'>' | b'|' | b'=')) => (*order, &text[1..]),
        _ => (b'=', text.as_str()),
    };
    let dtype = match code {
        "b1" | "?" => DType::Bool,
        "i1" => DType::I8,
        "i2" => DType::I16,
        "i4" => DType::I32,
        "i8" => DType::I64,
        "u1" => DType::U8,
        "u2" => DType::U16,
        "u4" => DType::U32,
        "u8" => DType::U64,
        "f4" => DType::F32,
        "f8" => DType::F64,
        "c8" => DType::C64,
        "c16" => DType::C128,
        code if code.starts_with('O') => {
            return Err(Error::value("Object arrays cannot be loaded when allow_pickle=False"));
        }
        code if code == "f2" || code.starts_with(['U', 'S', 'M', 'm', 'V', 'a']) => {
            return Err(Error::type_error(format!("np.load: arrays of dtype '{text}' are not supported")));
        }
        _ => return Err(invalid()),
    };
    let big = order == b'>';
    let little = order == b'<';
    let swap = if cfg!(target_endian = "little") { big } else { little };
    Ok((dtype, swap))
}

/// The entries of a dict display of strings, bools, None, integers and tuples of integers.
fn dict(text: &str) -> Option<Vec<(String, Value)>> {
    let mut scan = Scan { rest: text };
    let mut entries = Vec::new();
    scan.eat("{")?;
    loop {
        if scan.eat("}").is_some() {
            break;
        }
        let key = scan.string()?;
        scan.eat(":")?;
        entries.push((key, scan.value()?));
        if scan.eat(",").is_none() {
            scan.eat("}")?;
            break;
        }
    }
    scan.rest.trim().is_empty().then_some(entries)
}

struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn eat(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(token)?;
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, rest) = rest[1..].split_once(quote)?;
        self.rest = rest;
        (!text.contains('\\')).then(|| text.to_owned())
    }

    fn word(&mut self) -> &str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    fn int(&mut self) -> Option<i128> {
        // Python 2 wrote `3L`.
        let word = self.word();
        word.strip_suffix('L').unwrap_or(word).parse().ok()
    }

    fn value(&mut self) -> Option<Value> {
        match self.rest.trim_start().chars().next()? {
            '\'' | '"' => self.string().map(Value::Text),
            '(' => {
                self.eat("(")?;
                let mut items = Vec::new();
                while self.eat(")").is_none() {
                    items.push(self.int()?);
                    if self.eat(",").is_none() {
                        self.eat(")")?;
                        // `(3)` is a number in parentheses.
                        return Some(if let [one] = items[..] { Value::Int(one) } else { Value::Tuple(items) });
                    }
                }
                Some(Value::Tuple(items))
            }
            c if c == '-' || c.is_ascii_digit() => self.int().map(Value::Int),
            _ => Some(self.word().to_owned()).filter(|name| !name.is_empty()).map(Value::Name),
        }
    }
}

/// A file's bytes, as `np.save` writes them.
pub fn to_bytes(a: &ArrayView) -> Vec<u8> {
    let dims = a.dims();
    let reversed: Vec<usize> = dims.iter().rev().copied().collect();
    let mut columns = c_strides(&reversed, a.dtype.size());
    columns.reverse();
    // Strides of axes with one element mean nothing.
    let laid_out = |strides: &[isize]| {
        a.size() == 0 || dims.iter().zip(strides).zip(a.strides()).all(|((&n, want), got)| n == 1 || want == got)
    };
    let fortran = laid_out(&columns) && !laid_out(&c_strides(dims, a.dtype.size()));
    let name = if fortran { "True" } else { "False" };
    let mut header =
        format!("{{'descr': '{}', 'fortran_order': {name}, 'shape': {}, }}", descr(a.dtype), shape_text(dims));
    if let Some(grows) = if fortran { dims.last() } else { dims.first() } {
        // Room for the dim that grows to have 21 digits.
        header.push_str(&" ".repeat(21usize.saturating_sub(grows.to_string().len())));
    }
    let prefix = MAGIC.len() + 4;
    let padding = 64 - (prefix + header.len() + 1) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let mut out = MAGIC.to_vec();
    out.extend([1, 0]);
    // At most 16 dims of 20 digits: far below 65536.
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.bytes());
    if fortran {
        let strides: Vec<isize> = a.strides().iter().rev().copied().collect();
        a.reshaped(&reversed, &strides).for_each(|bytes| out.extend(bytes));
    } else {
        a.for_each(|bytes| out.extend(bytes));
    }
    out
}

fn descr(dtype: DType) -> String {
    let order = match dtype.size() {
        1 => '|',
        _ if cfg!(target_endian = "little") => '<',
        _ => '>',
    };
    let letter = match dtype.kind() {
        quipu_abi::Kind::Bool => 'b',
        quipu_abi::Kind::Unsigned => 'u',
        quipu_abi::Kind::Signed => 'i',
        quipu_abi::Kind::Float => 'f',
        quipu_abi::Kind::Complex => 'c',
    };
    format!("{order}{letter}{}", dtype.size())
}
