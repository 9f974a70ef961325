//! Hash tables in lists of int64: what dicts and sets find their entries with. `quipu_abi::table` says what a table is
//! and holds its operations; here they are primitives, so that tables are lists like any other: stored into in place,
//! carried by loops, and held by other lists at `depth` indices. So is what a sort knows while it asks for comparisons
//! (`quipu_abi::sorting`).
//!
//! Nothing here is differentiable, and vmap refuses a table that differs between lanes.

use super::*;
use quipu_abi::sorting;
use quipu_abi::table::{self, Slots};

/// How a table changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Edit {
    /// hash, entry: added; its key is not there.
    Put,
    /// hash, entry: taken out.
    Drop,
    /// hash, entry, number: the entry gets another number.
    Renumber,
    /// All entries go.
    Clear,
    /// n: room for so many more, as an update from a set makes it.
    Reserve,
    /// Room that removed entries take is given back, as a difference in place does.
    Tidy,
    /// Another table: an empty one takes its entries, numbered in the order of their slots.
    Adopt,
    /// n, whether in reverse: the list becomes a sort of so many items, with its first question.
    Sort,
    /// What the answer of a sort's question is.
    Answer,
}

impl Edit {
    pub const ALL: [Edit; 9] = [
        Edit::Put,
        Edit::Drop,
        Edit::Renumber,
        Edit::Clear,
        Edit::Reserve,
        Edit::Tidy,
        Edit::Adopt,
        Edit::Sort,
        Edit::Answer,
    ];

    /// In the text form; `table_` and this is the runtime's function.
    pub fn name(self) -> &'static str {
        match self {
            Edit::Put => "put",
            Edit::Drop => "drop",
            Edit::Renumber => "renumber",
            Edit::Clear => "clear",
            Edit::Reserve => "reserve",
            Edit::Tidy => "tidy",
            Edit::Adopt => "adopt",
            Edit::Sort => "sort",
            Edit::Answer => "answer",
        }
    }

    /// How many operands follow the list and the path to it.
    pub fn operands(self) -> usize {
        match self {
            Edit::Put | Edit::Drop | Edit::Sort => 2,
            Edit::Renumber => 3,
            Edit::Clear | Edit::Tidy => 0,
            Edit::Reserve | Edit::Adopt | Edit::Answer => 1,
        }
    }
}

/// The elements of a list of the evaluator as a table.
struct Cells<'v>(&'v mut Vec<Value>);

impl Cells<'_> {
    fn fill(&mut self, cells: &[i64]) {
        self.0.clear();
        self.0.extend(cells.iter().map(|x| Value::i64(*x)));
    }
}

struct Seen<'v>(&'v [Value]);

fn number(v: Option<&Value>) -> i64 {
    v.and_then(|v| int(v).ok()).unwrap_or(0)
}

impl Slots for Cells<'_> {
    type Error = std::convert::Infallible;

    fn get(&self, i: usize) -> i64 {
        number(self.0.get(i))
    }

    fn set(&mut self, i: usize, x: i64) {
        self.0[i] = Value::i64(x);
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self, n: usize) -> Result<(), Self::Error> {
        self.0.clear();
        self.0.resize(n, Value::i64(0));
        Ok(())
    }
}

impl Slots for Seen<'_> {
    type Error = std::convert::Infallible;

    fn get(&self, i: usize) -> i64 {
        number(self.0.get(i))
    }

    fn set(&mut self, _: usize, _: i64) {}

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn reset(&mut self, _: usize) -> Result<(), Self::Error> {
        Ok(())
    }
}

fn want_table(f: &Func, v: Var, depth: usize) -> Result<(), String> {
    match elem(f, v, depth)? {
        Ty::Scalar(DType::I64) => Ok(()),
        t => Err(format!("a table in a list of {t}")),
    }
}

list_op! {
    /// Operands: table, `depth` indices, a hash, an entry or -1. The next entry with that hash behind the given one
    /// (the first one behind -1); -1 where there is none.
    TableFind { depth: usize }, "table_find", |_| false, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth + 2)?;
        want_table(f, *list, s.depth)?;
        Ok(vec![Ty::I64])
    }, |_ev, _e, x| {
        let [list, path @ .., hash, after] = &x[..] else { return Err(EvalError::internal("a table expected")) };
        let entry = table::find(&Seen(list_at(list, path)?), int(hash)?, int(after)?);
        Ok(vec![Value::i64(entry)])
    }
}
list_op! {
    /// Operands: table, `depth` indices. A list of its own with the entries in the order of their slots.
    TableOrder { depth: usize }, "table_order", |_| false, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth)?;
        want_table(f, *list, s.depth)?;
        Ok(vec![Ty::List(Box::new(Ty::I64))])
    }, |_ev, _e, x| {
        let list = list_at(want(x.first(), "a list")?, &x[1..])?;
        Ok(vec![Value::list(table::items(&Seen(list)).into_iter().map(|(_, e)| Value::i64(e)).collect())])
    }
}
list_op! {
    /// Operands: a list of texts. The numbers of the texts in their order, equal ones as they come.
    TextOrder {}, "text_order", |_| false, |_s, f, x| {
        match x {
            [texts] if matches!(elem(f, *texts, 0)?, Ty::Str) => Ok(vec![Ty::List(Box::new(Ty::I64))]),
            _ => Err("a list of texts expected".into()),
        }
    }, |_ev, _e, x| {
        let texts: Vec<&str> = list_at(want(x.first(), "a list")?, &[])?
            .iter()
            .map(|v| if let Value::Str(s) = v { Ok(&**s) } else { Err(EvalError::internal("a text expected")) })
            .collect::<Outcome<_>>()?;
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|k| texts[*k]);
        Ok(vec![Value::list(order.into_iter().map(|k| Value::i64(k as i64)).collect())])
    }
}
list_op! {
    /// Operands: table (consumed), `depth` indices, what the edit takes (see `Edit`). The table after it.
    TableEdit { depth: usize, edit: Edit }, "table_edit", |k| k == 0, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        want_table(f, *list, s.depth)?;
        match (s.edit, ix.split_last()) {
            (Edit::Adopt, Some((other, ix))) => {
                indices(f, ix, s.depth)?;
                want_table(f, *other, 0)?;
            }
            _ => indices(f, ix, s.depth + s.edit.operands())?,
        }
        Ok(vec![f.ty(*list).clone()])
    }, |ev, e, x| {
        let Op::TableEdit(TableEdit { depth, edit }) = &e.op else {
            return Err(EvalError::internal("no edit of a table"));
        };
        let mut x = x;
        let extra = x.split_off(x.len().min(1 + depth));
        let path = x.split_off(x.len().min(1));
        let list = want(x.pop(), "a list")?;
        let n = |k: usize| int(want(extra.get(k), "an integer")?);
        edit_table(ev, list, &path, *edit, &extra, &n)
    }
}

fn edit_table(
    ev: &mut Eval<'_>,
    list: Value,
    path: &[Value],
    what: Edit,
    extra: &[Value],
    n: &dyn Fn(usize) -> Outcome<i64>,
) -> Outcome<Vec<Value>> {
    edit(ev, list, path, &mut |l| {
        let t = &mut Cells(l);
        let done = match what {
            Edit::Put => table::put(t, n(0)?, n(1)?),
            Edit::Drop => {
                table::drop_entry(t, n(0)?, n(1)?);
                Ok(())
            }
            Edit::Renumber => {
                table::renumber(t, n(0)?, n(1)?, n(2)?);
                Ok(())
            }
            Edit::Clear => {
                t.0.clear();
                Ok(())
            }
            Edit::Reserve => table::reserve(t, n(0)?),
            Edit::Tidy => table::tidy(t),
            Edit::Adopt => table::adopt(t, &Seen(list_at(want(extra.first(), "a table")?, &[])?)),
            Edit::Sort => {
                let mut cells = vec![0; sorting::cells(n(0)?.max(0) as usize)];
                sorting::begin(&mut cells, n(1)? != 0);
                t.fill(&cells);
                Ok(())
            }
            Edit::Answer => {
                let mut cells: Vec<i64> = t.0.iter().map(|v| number(Some(v))).collect();
                sorting::answer(&mut cells, n(0)? != 0);
                t.fill(&cells);
                Ok(())
            }
        };
        done.map_err(|e: std::convert::Infallible| match e {})
    })
}

list_op! {
    /// Operands: list (consumed), `depth` indices, two indices of elements. The list with the two exchanged.
    ListSwap { depth: usize }, "list_swap", |k| k == 0, |s, f, x| {
        let (list, ix) = x.split_first().ok_or("a list expected")?;
        indices(f, ix, s.depth + 2)?;
        inner(f, *list, s.depth)?;
        Ok(vec![f.ty(*list).clone()])
    }, |ev, _e, x| {
        let mut x = x;
        let (j, i) = (index(&want(x.pop(), "an index")?)?, index(&want(x.pop(), "an index")?)?);
        let list = x.remove(0);
        edit(ev, list, &x, &mut |l| {
            if i.max(j) >= l.len() {
                return Err(EvalError::internal("an index that was not checked"));
            }
            l.swap(i, j);
            Ok(())
        })
    }
}
