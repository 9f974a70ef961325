//! What a mistyped name was meant to be.
//!
//! `suggest` is CPython 3.11's: what an uncaught `AttributeError` adds to its line. The cost of an edit is 2, of a change of
//! case 1, and at most a third of the letters may change. `closest` is for diagnostics of our own: letters that changed places
//! are one edit.
//!
//! A `Hint` ties either to the exception that a walk makes code for. Nothing of it is in the program: it is looked up by place
//! and text when the exception has ended the program.

use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_diagnostics::Span;
use quipu_syntax::Symbol;

/// What to say about an exception that nothing caught.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hint {
    pub span: Span,
    /// The exception's text.
    pub text: String,
    /// What CPython suggests.
    pub meant: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

const EDIT: usize = 2;
const CASE: usize = 1;
/// Longer names are not compared.
const LONGEST: usize = 40;
/// With more names nothing is suggested.
const MOST: usize = 750;

/// The name that CPython suggests; `candidates` sorted, as `dir` gives them.
pub fn suggest<'s>(name: &str, candidates: &[&'s str]) -> Option<&'s str> {
    if candidates.len() >= MOST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for c in candidates.iter().filter(|c| **c != name) {
        let most = (name.chars().count() + c.chars().count() + 3) * EDIT / 6;
        let Some(d) = cost(name, c).filter(|d| *d <= most) else { continue };
        if best.is_none_or(|(b, _)| d < b) {
            best = Some((d, c));
        }
    }
    best.map(|(_, c)| c)
}

/// The cost of edits between two names without what they share at both ends.
fn cost(a: &str, b: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    if a.is_empty() || b.is_empty() {
        return Some((a.len() + b.len()) * EDIT);
    }
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let change = |x: char, y: char| match () {
        () if x == y => 0,
        () if x.eq_ignore_ascii_case(&y) => CASE,
        () => EDIT,
    };
    let mut row: Vec<usize> = (0..=b.len()).map(|k| k * EDIT).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], (i + 1) * EDIT);
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + change(*x, *y)).min(row[j] + EDIT).min(row[j + 1] + EDIT);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row.last().copied()
}

/// The candidate that differs least, if it differs little.
pub fn closest<'s>(name: &str, candidates: impl Iterator<Item = &'s str>) -> Option<&'s str> {
    candidates
        .map(|c| (distance(name, c), c))
        .filter(|(d, c)| *d > 0 && *d <= (name.len().min(c.len()) + 1) / 3)
        .min()
        .map(|(_, c)| c)
}

/// The number of single-letter edits between two names; two letters that changed places are one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, k) | (k, 0) => k,
                _ => {
                    let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut d = change.min(rows[i][j - 1] + 1).min(rows[i - 1][j] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        d = d.min(rows[i - 2][j - 2] + 1);
                    }
                    d
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

/// The short names that everybody gives to modules.
const SHORT: &[(&str, &str)] = &[("np", "numpy"), ("nb", "numba")];

/// The import that a name of a module lacks.
pub fn import_for(name: &str) -> Option<String> {
    let what = match SHORT.iter().find(|s| s.0 == name) {
        Some((short, module)) => format!("import {module} as {short}"),
        None if crate::modules::MODULES.contains(&name) => format!("import {name}"),
        None => return None,
    };
    Some(format!("write `{what}` at the top of the file"))
}

/// What values of CPython's and NumPy's own types have: a type's name as messages have it, then `dir` of a value.
const NAMES: &str = include_str!("names.txt");

/// The attributes of the values of a type; `None` if it is none of those.
pub fn names_of(class: &str) -> Option<impl Iterator<Item = &'static str>> {
    let line = NAMES.lines().find_map(|l| l.strip_prefix(class)?.strip_prefix(' '))?;
    Some(line.split(' '))
}

/// What other languages, other libraries and other types call it.
fn foreign(class: &str, name: &str) -> Option<&'static str> {
    Some(match (class, name) {
        ("NoneType", _) => {
            "this is None: does a function lack its `return`? Methods that change a value in place return None"
        }
        ("list", "push" | "add" | "push_back") => "write `append`",
        ("list", "shape" | "ndim" | "dtype" | "T" | "sum" | "mean" | "reshape" | "astype" | "min" | "max") => {
            "make it an array: `np.array(..)`"
        }
        ("list" | "str" | "tuple" | "dict", "length" | "size" | "len") => "write `len(..)`",
        ("list", "map" | "filter") => "write a comprehension",
        ("list", "join") => "write `separator.join(list)`",
        ("list", "contains" | "includes") | ("dict", "has_key" | "contains") => "write `.. in ..`",
        ("dict", "iteritems") => "write `items`",
        ("dict", "iterkeys") => "write `keys`",
        ("dict", "itervalues") => "write `values`",
        ("tuple", "append" | "extend" | "insert" | "remove" | "pop" | "sort") => {
            "a tuple cannot change: make it a list"
        }
        ("str", "append" | "add" | "push") => "write `text + other`: a string cannot change",
        ("str", "substring" | "substr" | "slice") => "write `text[start:end]`",
        ("str", "contains" | "includes") => "write `part in text`",
        ("set", "append" | "push") => "write `add`",
        ("numpy.ndarray", "append" | "extend" | "push") => {
            "the size of an array is fixed: collect in a list, or write `np.append(array, x)`"
        }
        ("numpy.ndarray", "avg" | "average") => "write `mean`",
        ("numpy.ndarray", "length" | "len" | "count") => "write `.size`, or `len(..)` for the first axis",
        ("numpy.ndarray", "abs" | "sqrt" | "exp" | "log" | "sin" | "cos" | "median" | "expand_dims") => {
            "it is a function: `np.NAME(array)`"
        }
        _ => return None,
    })
}

impl<'a> Lower<'a, '_> {
    /// Says more about an exception of this text that is raised here, should nothing catch it.
    pub fn hint(&mut self, text: &str, meant: Option<&str>, help: Option<String>) {
        let hint = Hint { span: self.span, text: text.to_string(), meant: meant.map(str::to_string), help };
        if (hint.meant.is_some() || hint.help.is_some()) && !self.cx.hints.contains(&hint) {
            self.cx.hints.push(hint);
        }
    }

    /// `'{class}' object has no attribute '{name}'`, of something that has `known`.
    pub fn no_such_attribute<X>(&mut self, class: &str, name: Symbol, known: &[&str]) -> R<X> {
        let text = format!("'{class}' object has no attribute '{}'", name.as_str());
        self.hint_attribute(&text, class, name, known);
        self.raise(ErrorKind::AttributeError, &text)
    }

    /// What there is instead of an attribute.
    pub fn hint_attribute(&mut self, text: &str, class: &str, name: Symbol, known: &[&str]) {
        let n = name.as_str();
        let meant = suggest(n, known);
        let help = match foreign(class, n) {
            Some(h) => Some(h.replace("NAME", n)),
            None if meant.is_some() => None,
            None => {
                let plain = known.iter().copied().filter(|k| !k.starts_with("__"));
                closest(n, plain).map(|k| format!("did you mean `{k}`?"))
            }
        };
        self.hint(text, meant, help);
    }

    /// What a name that nothing binds was meant to be, as a remedy.
    pub fn meant_by_name(&self, n: Symbol, known: &[&str]) -> Option<String> {
        let name = n.as_str();
        if let Some(import) = import_for(name) {
            return Some(import);
        }
        let frame = &self.frames[self.at];
        if let Some(first) = frame.life.first
            && let Some(Val::Object(o)) = frame.slots.get(&first)
            && self.object_has(*o, n) == Some(true)
        {
            return Some(format!("did you mean `{}.{name}`?", first.as_str()));
        }
        let mut all = known.to_vec();
        for n in crate::builtins::names() {
            all.push(n);
        }
        let s = closest(name, all.into_iter())?;
        Some(format!("did you mean `{s}`?"))
    }

    /// Raises if a value of one of CPython's own types has no such attribute.
    pub fn check_attribute(&mut self, o: &Val<'a>, name: Symbol) -> R<()> {
        let own = matches!(
            o,
            Val::None
                | Val::Scalar(_)
                | Val::Big(_)
                | Val::Str(_)
                | Val::Tuple(_)
                | Val::Row(_)
                | Val::List(_)
                | Val::Array(_)
                | Val::Range(_)
        );
        if !own {
            return Ok(());
        }
        let class = self.python_class_name(o);
        let Some(known) = names_of(&class) else { return Ok(()) };
        let known: Vec<&str> = known.collect();
        if known.contains(&name.as_str()) {
            return Ok(());
        }
        self.no_such_attribute(&class, name, &known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_cpythons() {
        let of = |class: &str, name: &str| suggest(name, &names_of(class).expect("a type").collect::<Vec<_>>());
        // What CPython 3.11 prints.
        assert_eq!(of("list", "push"), None);
        assert_eq!(of("list", "appned"), Some("append"));
        assert_eq!(of("list", "Sort"), Some("sort"));
        assert_eq!(of("str", "uper"), Some("upper"));
        assert_eq!(of("str", "trim"), Some("strip"));
        assert_eq!(of("numpy.ndarray", "shpae"), Some("shape"));
        assert_eq!(of("numpy.ndarray", "avg"), None);
        assert_eq!(of("dict", "has_key"), None);
        assert_eq!(suggest("ownr", &["balance", "owner"]), Some("owner"));
        assert_eq!(suggest("shwo", &["show"]), None);
    }

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(closest("shwo", ["show", "other"].into_iter()), Some("show"));
        assert_eq!(closest("lenght", ["length", "light"].into_iter()), Some("length"));
        assert_eq!(closest("x", ["y", "abc"].into_iter()), None);
        assert_eq!(closest("totl", ["bool", "total"].into_iter()), Some("total"));
        assert_eq!(closest("total", ["count"].into_iter()), None);
    }
}
