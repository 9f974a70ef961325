//! `np.loadtxt`: rows of numbers in a text file.
//!
//! Lines are cut at comments and split into fields, at the delimiter or at runs of white space. Lines without fields
//! are skipped. All rows must have as many fields as the first, unless `usecols` picks some. Each field is read as the
//! dtype demands: an integer is not read as a float first, a float32 is rounded from the float64.

use super::{decode, read};
use crate::error::{Error, Result};
use crate::view::{Element, OwnedArray};
use num_complex::Complex;
use quipu_abi::{DType, ErrorKind};

/// The keyword arguments of `np.loadtxt`. (`unpack` is a transposition of the result.)
#[derive(Clone, Debug)]
pub struct LoadText {
    pub dtype: DType,
    /// `None`: white space.
    pub delimiter: Option<char>,
    /// What starts a comment; none where empty.
    pub comments: Vec<String>,
    /// Lines, comments and empty ones included.
    pub skiprows: usize,
    /// Rows of data.
    pub max_rows: Option<usize>,
    /// Columns from 0, or from the last where negative.
    pub usecols: Option<Vec<i64>>,
    /// Dims of length 1 are dropped down to this rank.
    pub ndmin: usize,
}

impl Default for LoadText {
    fn default() -> LoadText {
        LoadText {
            dtype: DType::F64,
            delimiter: None,
            comments: vec!["#".to_owned()],
            skiprows: 0,
            max_rows: None,
            usecols: None,
            ndmin: 0,
        }
    }
}

/// `np.loadtxt(path, ..)`. An array without elements comes with NumPy's warning to be shown.
pub fn loadtxt(path: &str, options: &LoadText) -> Result<(OwnedArray, Option<String>)> {
    let bytes = read(path).map_err(|error| match error.kind {
        ErrorKind::FileNotFoundError => Error::new(error.kind, format!("{path} not found.")),
        _ => error,
    })?;
    let compressed = [".gz", ".bz2", ".xz"].into_iter().find(|suffix| path.ends_with(suffix));
    if let Some(suffix) = compressed {
        return Err(Error::value(format!("np.loadtxt of {suffix} files is not supported; decompress the file first")));
    }
    let array = parse(&decode(bytes)?, options)?;
    let warning = array.dims.contains(&0).then(|| format!("loadtxt: input contained no data: \"{path}\""));
    Ok((array, warning))
}

/// `np.loadtxt` as compiled programs call it: `ndmin=2`; an empty text stands for None, and for all columns;
/// `columns` are numbers with commas between them. NumPy's warning goes to standard error.
pub fn load_table(
    dtype: DType,
    path: &str,
    delimiter: &str,
    comments: &str,
    skiprows: i64,
    columns: &str,
) -> Result<OwnedArray> {
    let skiprows = usize::try_from(skiprows).map_err(|_| Error::value("argument must be nonnegative"))?;
    let mut chars = delimiter.chars();
    let options = LoadText {
        dtype,
        delimiter: chars.next(),
        comments: (!comments.is_empty()).then(|| comments.to_owned()).into_iter().collect(),
        skiprows,
        max_rows: None,
        usecols: (!columns.is_empty()).then(|| columns.split(',').filter_map(|k| k.parse().ok()).collect()),
        ndmin: 2,
    };
    if chars.next().is_some() {
        // NumPy opens the file before it looks at the delimiter.
        loadtxt(path, &LoadText { max_rows: Some(0), ..options })?;
        let got = crate::format::str_repr(delimiter);
        let text = format!("Text reading control character must be a single unicode character or None; but got: {got}");
        return Err(Error::type_error(text));
    }
    let (array, warning) = loadtxt(path, &options)?;
    if let Some(warning) = warning {
        eprintln!("UserWarning: {warning}");
    }
    Ok(array)
}

/// The array in a file's text.
pub fn parse(text: &str, options: &LoadText) -> Result<OwnedArray> {
    let mut rows = Rows { options, columns: None, count: 0, bytes: Vec::new() };
    for line in lines(text).skip(options.skiprows) {
        if options.max_rows.is_some_and(|max| rows.count >= max) {
            break;
        }
        let cut = options.comments.iter().filter(|c| !c.is_empty()).filter_map(|c| line.find(c.as_str())).min();
        let line = &line[..cut.unwrap_or(line.len())];
        match options.delimiter {
            // A row of white space is a field that is no number, as in NumPy.
            Some(_) if line.is_empty() => {}
            Some(delimiter) => rows.add(&line.split(delimiter).collect::<Vec<_>>())?,
            None => {
                let fields: Vec<&str> = line.split(crate::text::is_space).filter(|field| !field.is_empty()).collect();
                if !fields.is_empty() {
                    rows.add(&fields)?;
                }
            }
        }
    }
    Ok(rows.finish())
}

/// Lines that end in `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = &rest[..end];
        let newline = match &rest.as_bytes()[end..] {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => 0,
        };
        rest = &rest[end + newline..];
        Some(line)
    })
}

struct Rows<'o> {
    options: &'o LoadText,
    /// Fields of the first row.
    columns: Option<usize>,
    count: usize,
    bytes: Vec<u8>,
}

impl Rows<'_> {
    fn add(&mut self, fields: &[&str]) -> Result<()> {
        let expected = *self.columns.get_or_insert(fields.len());
        match &self.options.usecols {
            Some(columns) => {
                for &column in columns {
                    let n = fields.len();
                    let at = crate::list::python_index(column, n as i64).ok_or_else(|| {
                        let row = self.count + 1;
                        Error::value(format!("invalid column index {column} at row {row} with {n} columns"))
                    })?;
                    self.field(fields[at as usize], at as usize)?;
                }
            }
            None if fields.len() != expected => {
                return Err(Error::value(format!(
                    "the number of columns changed from {expected} to {} at row {}; use `usecols` to select a subset and \
                     avoid this error",
                    fields.len(),
                    self.count + 1
                )));
            }
            None => {
                for (column, field) in fields.iter().enumerate() {
                    self.field(field, column)?;
                }
            }
        }
        self.count += 1;
        Ok(())
    }

    fn field(&mut self, field: &str, column: usize) -> Result<()> {
        let dtype = self.options.dtype;
        append(&mut self.bytes, dtype, field.trim_matches(crate::text::is_space)).ok_or_else(|| {
            Error::value(format!(
                "could not convert string {} to {} at row {}, column {}.",
                crate::format::str_repr(field),
                dtype.name(),
                self.count,
                column + 1
            ))
        })
    }

    fn finish(self) -> OwnedArray {
        let columns = match &self.options.usecols {
            Some(columns) => columns.len(),
            None => self.columns.unwrap_or(1),
        };
        let ndmin = self.options.ndmin;
        let mut dims = if self.count == 0 { vec![0, 1] } else { vec![self.count, columns] };
        if ndmin < 2 {
            dims.retain(|&n| n != 1);
        }
        if dims.is_empty() && ndmin > 0 {
            dims.push(1);
        }
        OwnedArray { dtype: self.options.dtype, dims, fortran: false, bytes: self.bytes }
    }
}

/// Appends the element that a field without surrounding white space spells.
fn append(out: &mut Vec<u8>, dtype: DType, field: &str) -> Option<()> {
    fn push<T: Element>(out: &mut Vec<u8>, value: T) {
        out.extend_from_slice(bytemuck::bytes_of(&value));
    }
    match dtype {
        DType::F64 => push(out, float(field)?),
        DType::F32 => push(out, float(field)? as f32),
        DType::C128 => push(out, complex(field)?),
        DType::C64 => {
            let z = complex(field)?;
            push(out, Complex::new(z.re as f32, z.im as f32));
        }
        DType::Bool => push(out, u8::from(int::<i64>(field)? != 0)),
        DType::I8 => push(out, int::<i8>(field)?),
        DType::I16 => push(out, int::<i16>(field)?),
        DType::I32 => push(out, int::<i32>(field)?),
        DType::I64 => push(out, int::<i64>(field)?),
        DType::U8 => push(out, int::<u8>(field)?),
        DType::U16 => push(out, int::<u16>(field)?),
        DType::U32 => push(out, int::<u32>(field)?),
        DType::U64 => push(out, int::<u64>(field)?),
    }
    Some(())
}

/// An optional sign and digits, within the type.
fn int<T: std::str::FromStr>(field: &str) -> Option<T> {
    field.parse().ok()
}

/// Python's grammar of floats without underscores.
fn float(field: &str) -> Option<f64> {
    if field.contains('_') { None } else { crate::text::parse_float(field).ok() }
}

/// `1`, `2j`, `1+2j`, `(1+2j)`.
fn complex(field: &str) -> Option<Complex<f64>> {
    let inner = match field.strip_prefix('(') {
        Some(rest) => rest.strip_suffix(')')?.trim_matches(crate::text::is_space),
        None => field,
    };
    let Some(parts) = inner.strip_suffix(['j', 'J']) else {
        return Some(Complex::new(float(inner)?, 0.0));
    };
    if parts.contains(crate::text::is_space) {
        return None;
    }
    // The imaginary part begins at the last sign that is not an exponent's.
    let bytes = parts.as_bytes();
    let sign = |i: usize| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E');
    match (1..bytes.len()).rev().find(|&i| sign(i)) {
        Some(at) => Some(Complex::new(float(&parts[..at])?, float(&parts[at..])?)),
        None => Some(Complex::new(0.0, float(parts)?)),
    }
}
