//! `np.array_str` and `np.array_repr`.
//!
//! As NumPy does it, in two passes. The first looks at the elements that will be shown (all of them, or a summary's
//! corners) and settles a format that aligns them: `Elements`. The second walks the dims, prints brackets, breaks
//! lines at the width and puts `...` where items are left out. A zero-dimensional array has neither brackets nor,
//! in `str`, an array's format: it is its scalar.

use super::numpy_scalar::{Layout, positional, scalar_str, scientific};
use super::options::{FloatMode, PrintOptions, Sign};
use crate::view::{ArrayView, Scalar};
use quipu_abi::DType;

/// `str(a)`.
pub fn array_str(a: &ArrayView, options: &PrintOptions) -> String {
    if a.rank() == 0 {
        return scalar_str(a.get(&[]));
    }
    body(a, options, " ", 0, options.linewidth)
}

/// `repr(a)`, with the dtype where the elements do not imply it and the shape where they do not show it.
pub fn array_repr(a: &ArrayView, options: &PrintOptions) -> String {
    const PREFIX: &str = "array(";
    // One column is kept for the closing parenthesis.
    let text = body(a, options, ", ", PREFIX.len(), options.linewidth.saturating_sub(1));
    let mut extras = Vec::new();
    if (a.size() == 0 && a.dims() != [0]) || a.size() > options.threshold {
        extras.push(format!("shape={}", shape_text(a.dims())));
    }
    let implied = matches!(a.dtype, DType::Bool | DType::I64 | DType::F64 | DType::C128);
    if !implied || a.size() == 0 {
        extras.push(format!("dtype={}", a.dtype.name()));
    }
    if extras.is_empty() {
        return format!("{PREFIX}{text})");
    }
    let text = format!("{PREFIX}{text},");
    let extras = extras.join(", ") + ")";
    let last_line = text.rsplit('\n').next().map_or(0, width);
    if last_line + extras.len() + 1 > options.linewidth {
        format!("{text}\n{}{extras}", " ".repeat(PREFIX.len()))
    } else {
        format!("{text} {extras}")
    }
}

/// Marks in the words of fields: in front of a field, and of each of its elements.
const FIELD: char = '\u{1e}';
const WORD: char = '\u{1f}';

/// The elements of a field of a structured array, each as the array's text shows it.
pub fn field_words(a: &ArrayView, options: &PrintOptions) -> String {
    fn words(a: &ArrayView, elements: &Elements<'_>, alone: bool, out: &mut String) {
        if a.rank() == 0 {
            out.push(WORD);
            out.push_str(&elements.text(a.get(&[])));
            // A float on its own keeps a digit behind the point.
            if alone && a.dtype.is_float() && out.ends_with('.') {
                out.push('0');
            }
        }
        if a.rank() > 0 {
            (0..a.dims()[0]).for_each(|i| words(&a.row(i), elements, alone, out));
        }
    }
    let edge = (a.size() > options.threshold).then_some(options.edgeitems);
    let mut out = FIELD.to_string();
    words(a, &Elements::new(a, edge, options), a.rank() == 0, &mut out);
    out
}

/// `str` of a structured array of these dims from the words of its fields; `repr` where `types` lists their dtypes.
pub fn fields_text(words: &str, dims: &[usize], types: &str, options: &PrintOptions) -> String {
    let columns: Vec<Vec<&str>> = words.split(FIELD).skip(1).map(|c| c.split(WORD).skip(1).collect()).collect();
    let size = dims.iter().product::<usize>();
    let item = |k: usize| {
        let parts: Vec<&str> = columns.iter().filter_map(|c| c.get(k).copied()).collect();
        let comma = if parts.len() == 1 { "," } else { "" };
        format!("({}{comma})", parts.join(", "))
    };
    let items: Vec<String> = (0..size).map(item).collect();
    let repr = !types.is_empty();
    if dims.is_empty() {
        let one = items.first().cloned().unwrap_or_default();
        return if repr { format!("np.void({one}, dtype={types})") } else { one };
    }
    // A walk over the numbers of the items.
    let numbers: Vec<i64> = (0..size as i64).collect();
    let owned = crate::view::OwnedArray::from_vec(dims, &numbers);
    let Ok(a) = owned.view() else { return String::new() };
    let edge = (size > options.threshold).then_some(options.edgeitems);
    let walk = |separator, indent: usize, width| {
        if size == 0 {
            return "[]".to_owned();
        }
        let walk = Walk { elements: Elements::Words(items.clone()), separator, edge };
        walk.print(&a, &" ".repeat(indent + 1), width)
    };
    if !repr {
        return walk(" ", 0, options.linewidth);
    }
    let mut extras = String::new();
    if size == 0 && dims != [0] || size > options.threshold {
        extras = format!("shape={}, ", shape_text(dims));
    }
    let text = walk(", ", "array(".len(), options.linewidth.saturating_sub(1));
    // NumPy puts the dtype of a structured array on a line of its own.
    format!("array({text},\n      {extras}dtype={types})")
}

/// Python's text of a shape tuple.
pub(crate) fn shape_text(dims: &[usize]) -> String {
    let items: Vec<String> = dims.iter().map(usize::to_string).collect();
    if items.len() == 1 { format!("({},)", items[0]) } else { format!("({})", items.join(", ")) }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn body(a: &ArrayView, options: &PrintOptions, separator: &str, indent: usize, line_width: usize) -> String {
    if a.size() == 0 {
        return "[]".to_owned();
    }
    let summarized = a.size() > options.threshold;
    let edge = summarized.then_some(options.edgeitems);
    let walk = Walk { elements: Elements::new(a, edge, options), separator, edge };
    walk.print(a, &" ".repeat(indent + 1), line_width)
}

/// The positions of an axis that are looked at to settle the format.
fn shown(n: usize, edge: Option<usize>) -> Vec<usize> {
    match edge {
        Some(edge) if n > 2 * edge && edge > 0 => (0..edge).chain(n - edge..n).collect(),
        _ => (0..n).collect(),
    }
}

/// The second pass.
struct Walk<'o> {
    elements: Elements<'o>,
    separator: &'o str,
    edge: Option<usize>,
}

impl Walk<'_> {
    /// The array's text; lines after the first start with `indent`.
    fn print(&self, a: &ArrayView, indent: &str, line_width: usize) -> String {
        if a.rank() == 0 {
            return self.elements.text(a.get(&[]));
        }
        let n = a.dims()[0];
        let (leading, trailing, dots) = match self.edge {
            Some(edge) if 2 * edge < n => (edge, edge.max(1), true),
            _ => (0, n, false),
        };
        let items = (0..leading).map(Some).chain(dots.then_some(None)).chain((n - trailing..n).map(Some));
        let inner = if a.rank() == 1 {
            self.row(a, items, indent, line_width)
        } else {
            let between = self.separator.trim_end().to_owned() + &"\n".repeat(a.rank() - 1) + indent;
            let deeper = format!("{indent} ");
            let rows = items.map(|item| match item {
                Some(i) => self.print(&a.row(i), &deeper, line_width.saturating_sub(1)),
                None => "...".to_owned(),
            });
            rows.collect::<Vec<_>>().join(&between)
        };
        format!("[{inner}]")
    }

    /// The items of a last axis, broken into lines.
    fn row(&self, a: &ArrayView, items: impl Iterator<Item = Option<usize>>, indent: &str, width_: usize) -> String {
        // A separator's comma or the closing bracket must still fit.
        let limit = width_.saturating_sub(1);
        let indent_width = width(indent);
        let (mut done, mut line, mut line_width) = (String::new(), String::new(), indent_width);
        let mut first = true;
        for item in items {
            if !first {
                line.push_str(self.separator);
                line_width += self.separator.len();
            }
            first = false;
            let word = item.map_or_else(|| "...".to_owned(), |i| self.elements.text(a.get(&[i])));
            let word_width = width(&word);
            if line_width + word_width > limit && line_width > indent_width {
                done.push_str(line.trim_end());
                done.push('\n');
                done.push_str(indent);
                line.clear();
                line_width = indent_width;
            }
            line.push_str(&word);
            line_width += word_width;
        }
        done + &line
    }
}

/// The first pass's result: how one element is printed.
enum Elements<'o> {
    Bool {
        alone: bool,
    },
    Int {
        width: usize,
        sign: Sign,
    },
    Float(FloatFormat<'o>),
    Complex {
        re: FloatFormat<'o>,
        im: FloatFormat<'o>,
    },
    /// Texts that are there already: the elements are their numbers.
    Words(Vec<String>),
}

impl<'o> Elements<'o> {
    fn new(a: &ArrayView, edge: Option<usize>, options: &'o PrintOptions) -> Elements<'o> {
        let mut sample = Vec::new();
        collect(a, edge, &mut sample);
        let reals = |part: fn(&Scalar) -> f64| sample.iter().map(part).collect::<Vec<f64>>();
        let single = a.dtype.real() == DType::F32;
        match a.dtype {
            DType::Bool => Elements::Bool { alone: a.rank() == 0 },
            d if d.is_int() => Elements::int(&sample, options.sign),
            d if d.is_float() => Elements::Float(FloatFormat::new(&reals(real), single, options.sign, options)),
            _ => Elements::Complex {
                re: FloatFormat::new(&reals(real), single, options.sign, options),
                im: FloatFormat::new(&reals(imag), single, Sign::Plus, options),
            },
        }
    }

    fn int(sample: &[Scalar], sign: Sign) -> Elements<'o> {
        let values = || sample.iter().map(int_value);
        let (max, min) = (values().max().unwrap_or(0), values().min().unwrap_or(0));
        let sign = if sign == Sign::Space && min < 0 { Sign::Minus } else { sign };
        let signed = usize::from(max >= 0 && sign != Sign::Minus);
        let width = (max.to_string().len() + signed).max(min.to_string().len());
        Elements::Int { width, sign }
    }

    fn text(&self, x: Scalar) -> String {
        match self {
            Elements::Bool { alone } => match (int_value(&x) != 0, alone) {
                (true, true) => "True".to_owned(),
                (true, false) => " True".to_owned(),
                (false, _) => "False".to_owned(),
            },
            Elements::Int { width, sign } => {
                let value = int_value(&x);
                let mark = match sign {
                    Sign::Plus if value >= 0 => "+",
                    Sign::Space if value >= 0 => " ",
                    _ => "",
                };
                format!("{:>width$}", format!("{mark}{value}"))
            }
            Elements::Words(words) => words.get(int_value(&x) as usize).cloned().unwrap_or_default(),
            Elements::Float(format) => format.text(real(&x)),
            Elements::Complex { re, im } => {
                let im = im.text(imag(&x));
                let digits = im.trim_end_matches(' ').len();
                format!("{}{}j{}", re.text(real(&x)), &im[..digits], &im[digits..])
            }
        }
    }
}

fn collect(a: &ArrayView, edge: Option<usize>, out: &mut Vec<Scalar>) {
    if a.rank() == 0 {
        out.push(a.get(&[]));
        return;
    }
    for i in shown(a.dims()[0], edge) {
        collect(&a.row(i), edge, out);
    }
}

fn int_value(x: &Scalar) -> i128 {
    match *x {
        Scalar::Bool(x) => x.into(),
        Scalar::Int(x, _) => x.into(),
        Scalar::UInt(x, _) => x.into(),
        _ => 0,
    }
}

/// The real part; float32 widened, which loses nothing.
fn real(x: &Scalar) -> f64 {
    match *x {
        Scalar::F32(x) => x.into(),
        Scalar::F64(x) => x,
        Scalar::C64(x) => x.re.into(),
        Scalar::C128(x) => x.re,
        _ => 0.0,
    }
}

fn imag(x: &Scalar) -> f64 {
    match *x {
        Scalar::C64(x) => x.im.into(),
        Scalar::C128(x) => x.im,
        _ => 0.0,
    }
}

/// How the floats of one array are printed: all positional or all scientific, in columns.
struct FloatFormat<'o> {
    options: &'o PrintOptions,
    /// The values are float32: their shortest digits are shorter.
    single: bool,
    exponential: bool,
    layout: Layout,
    sign: Sign,
}

impl<'o> FloatFormat<'o> {
    fn new(values: &[f64], single: bool, sign: Sign, options: &'o PrintOptions) -> FloatFormat<'o> {
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let precision = (options.floatmode != FloatMode::Unique).then_some(options.precision);
        let fixed = options.floatmode == FloatMode::Fixed;
        let plus = sign == Sign::Plus;
        let first_pass = Layout { precision, unique: !fixed, keep_zeros: fixed, plus, ..Layout::default() };
        let mut format = FloatFormat { options, single, exponential: false, layout: first_pass, sign };
        if finite.is_empty() {
            format.layout.precision = None;
            format.layout.unique = true;
            format.layout.keep_zeros = false;
        } else {
            format.exponential = needs_exponent(&finite, single, options.suppress);
            let texts: Vec<String> = finite.iter().map(|&x| format.number(x)).collect();
            format.measure(&texts);
        }
        let layout = &mut format.layout;
        if sign == Sign::Space && !finite.iter().any(|x| x.is_sign_negative()) {
            layout.pad_left += 1;
        }
        if finite.len() < values.len() {
            let signed = sign != Sign::Minus || values.contains(&f64::NEG_INFINITY);
            let offset = layout.pad_right + 1;
            let nan = width(&options.nanstr).saturating_sub(offset);
            let inf = (width(&options.infstr) + usize::from(signed)).saturating_sub(offset);
            layout.pad_left = layout.pad_left.max(nan).max(inf);
        }
        format
    }

    /// Widens the layout to what the first pass printed.
    fn measure(&mut self, texts: &[String]) {
        let longest = |part: fn(&str) -> &str| texts.iter().map(|t| part(t).len()).max().unwrap_or(0);
        let int = longest(|t| t.split('.').next().unwrap_or(""));
        let frac = longest(|t| t.split(['.', 'e']).nth(1).unwrap_or(""));
        let layout = &mut self.layout;
        layout.pad_left = int;
        if self.exponential {
            layout.exp_digits = longest(|t| t.split('e').nth(1).unwrap_or("")).saturating_sub(1);
            layout.keep_zeros = true;
            layout.precision = Some(frac);
            layout.min_digits = frac;
            layout.pad_right = layout.exp_digits + 2 + frac;
        } else {
            layout.pad_right = frac;
            if matches!(self.options.floatmode, FloatMode::Fixed | FloatMode::MaxPrecEqual) {
                layout.precision = Some(frac);
                layout.min_digits = frac;
                layout.keep_zeros = true;
            }
        }
    }

    fn number(&self, x: f64) -> String {
        match (self.single, self.exponential) {
            (true, true) => scientific(x as f32, &self.layout),
            (true, false) => positional(x as f32, &self.layout),
            (false, true) => scientific(x, &self.layout),
            (false, false) => positional(x, &self.layout),
        }
    }

    fn text(&self, x: f64) -> String {
        if x.is_finite() {
            return self.number(x);
        }
        let plus = if self.sign == Sign::Plus { "+" } else { "" };
        let text = if x.is_nan() {
            format!("{plus}{}", self.options.nanstr)
        } else {
            format!("{}{}", if x < 0.0 { "-" } else { plus }, self.options.infstr)
        };
        let columns = self.layout.pad_left + self.layout.pad_right + 1;
        " ".repeat(columns.saturating_sub(width(&text))) + &text
    }
}

/// Are there values so large, so small or so far apart that all are printed with exponents?
fn needs_exponent(finite: &[f64], single: bool, suppress: bool) -> bool {
    let magnitudes = || finite.iter().map(|x| x.abs()).filter(|&x| x != 0.0);
    let Some(max) = magnitudes().reduce(f64::max) else { return false };
    let min = magnitudes().fold(max, f64::min);
    // NumPy compares and divides in the array's own type.
    let (limit, tiny, ratio) =
        if single { (1e6, f64::from(1e-4f32), f64::from(max as f32 / min as f32)) } else { (1e8, 1e-4, max / min) };
    max >= limit || (!suppress && (min < tiny || ratio > 1000.0))
}
