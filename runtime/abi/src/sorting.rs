//! How Python sorts a list: CPython 3.11's merge sort, comparison for comparison.
//!
//! Any stable sort gives the same for items that have an order. But with a NaN every comparison is false, so where it
//! ends up tells how the list was sorted, and so does a `__lt__` that prints or counts. Runs are found and made long
//! enough by insertion; they are merged by the power of the borders between them (Munro and Wild, "Nearly-Optimal
//! Mergesorts", ESA 2018), one by one or by galloping (Peters, Objects/listsort.txt).
//!
//! The sort does not compare: it asks, and is told at the next step. So the items may be anything that compiled code or
//! the evaluator can compare, and their `<` may raise. What it knows meanwhile lies in int64 cells, that a program holds
//! as a list: the numbers of the items in the order so far, room to merge, the runs that wait, and `Cell`s from the end
//! on. So the last two are the question.

use std::ops::{Index, IndexMut};

/// A cell, counted from the end. `First` and `Second` are the question: is the first item less than the second? -1: no
/// question is left, and the order is there.
#[derive(Clone, Copy)]
enum Cell {
    First,
    Second,
    /// What is to be done with the answer (see `phase`).
    Phase,
    Items,
    Reverse,
    /// How long a run is at least.
    Least,
    /// The run that is being made.
    Start,
    End,
    Down,
    /// Where insertion and galloping search.
    Low,
    High,
    Power,
    /// The runs that wait, with `Start` behind the last one.
    Runs,
    /// Where the second of the runs that are merged ends, and where that goes on.
    Right,
    After,
    /// What is left of them: so many from here on; what is done of them ends at `To`, or begins behind what is left.
    A,
    CountA,
    B,
    CountB,
    To,
    /// Does the merge go from the begin to the end?
    Up,
    /// Does the next item come from B?
    FromB,
    Wins,
    Galloped,
    /// How often in sequence a run has to win before galloping pays.
    Patience,
    /// Item, side and begin of a search by galloping, and where it goes on.
    Sought,
    Before,
    Near,
    Last,
    Step,
    Most,
    Ahead,
    Then,
    Count,
}

use Cell::*;

/// Runs that can wait: their powers increase, and there are no more than 64 of them.
const WAITING: usize = 68;
/// Where they begin, and what the powers of the borders before them are.
const STARTS: usize = 0;
const POWERS: usize = WAITING;

/// How many cells there are beside those for the items.
const OTHERS: usize = Count as usize + 2 * WAITING;

/// As long a run as galloping is worth it for.
const GALLOP: i64 = 7;

/// What comes next. Those whose names are participles are told an answer.
mod phase {
    pub const RUN: i64 = 0;
    pub const BEGUN: i64 = 1;
    pub const FOLLOWED: i64 = 2;
    pub const INSERT: i64 = 3;
    pub const INSERTED: i64 = 4;
    pub const WAIT: i64 = 5;
    pub const COLLAPSE: i64 = 6;
    pub const MERGE_A: i64 = 7;
    pub const MERGE_B: i64 = 8;
    pub const MERGE: i64 = 9;
    pub const MERGED: i64 = 10;
    pub const GALLOPED_A: i64 = 11;
    pub const GALLOPED_B: i64 = 12;
    pub const SIDED: i64 = 13;
    pub const STEPPED: i64 = 14;
    pub const HALVED: i64 = 15;
}

/// How many cells the sort of `n` items takes.
pub fn cells(n: usize) -> usize {
    2 * n + OTHERS
}

/// Begins the sort of `n` items in so many cells: from here on they hold the first question.
pub fn begin(cells: &mut [i64], reverse: bool) {
    let Some(mut s) = Sort::of(cells) else { return };
    let n = s.items.len() / 2;
    for k in 0..n {
        s.items[k] = if reverse { n - 1 - k } else { k } as i64;
    }
    let mut least = n as i64;
    let mut odd = 0;
    while least >= 64 {
        odd |= least & 1;
        least >>= 1;
    }
    s[Items] = n as i64;
    s[Reverse] = reverse.into();
    s[Least] = least + odd;
    s[Patience] = GALLOP;
    s[Phase] = phase::RUN;
    s.go_on(false);
}

/// Tells the sort the answer; the cells hold the next question then.
pub fn answer(cells: &mut [i64], less: bool) {
    if let Some(mut s) = Sort::of(cells)
        && s[First] >= 0
    {
        s.go_on(less);
    }
}

/// The order of `n` items that `less` compares.
pub fn order(n: usize, mut less: impl FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut state = vec![0; cells(n)];
    begin(&mut state, false);
    while let [.., second, first] = state[..]
        && first >= 0
    {
        let (i, j) = (first as usize, second as usize);
        answer(&mut state, less(i, j));
    }
    state[..n].iter().map(|k| *k as usize).collect()
}

struct Sort<'c> {
    /// The order, and what was the order before the merge.
    items: &'c mut [i64],
    others: &'c mut [i64; OTHERS],
}

impl<'c> Sort<'c> {
    /// The sort in cells that hold one.
    fn of(cells: &'c mut [i64]) -> Option<Sort<'c>> {
        let (items, others) = cells.split_last_chunk_mut()?;
        Some(Sort { items, others })
    }
}

impl Index<Cell> for Sort<'_> {
    type Output = i64;

    fn index(&self, c: Cell) -> &i64 {
        &self.others[OTHERS - 1 - c as usize]
    }
}

impl IndexMut<Cell> for Sort<'_> {
    fn index_mut(&mut self, c: Cell) -> &mut i64 {
        &mut self.others[OTHERS - 1 - c as usize]
    }
}

/// Is there a question now? Else there is a next phase.
type Asked = bool;

impl Sort<'_> {
    fn item(&self, k: i64) -> i64 {
        self.items[k as usize]
    }

    /// The items of before the merge.
    fn spare(&self, k: i64) -> i64 {
        self.items[(self[Items] + k) as usize]
    }

    /// Where run `k` begins; the one that is being made counts as the last.
    fn start(&self, k: i64) -> i64 {
        if k < self[Runs] { self.others[STARTS + k as usize] } else { self[Start] }
    }

    fn ask(&mut self, x: i64, y: i64, then: i64) -> Asked {
        (self[First], self[Second], self[Phase]) = (x, y, then);
        true
    }

    fn turn(&mut self, then: i64) -> Asked {
        self[Phase] = then;
        false
    }

    fn go_on(&mut self, less: bool) {
        while !self.step(less) {}
    }

    fn step(&mut self, less: bool) -> Asked {
        match self[Phase] {
            phase::RUN => {
                if self[Start] >= self[Items] {
                    return self.turn(phase::COLLAPSE);
                }
                self[Down] = 0;
                self[End] = self[Start] + 1;
                if self[End] == self[Items] {
                    return self.turn(phase::WAIT);
                }
                self.ask(self.item(self[End]), self.item(self[Start]), phase::BEGUN)
            }
            phase::BEGUN => {
                self[Down] = less.into();
                self.follow()
            }
            phase::FOLLOWED if i64::from(less) == self[Down] => self.follow(),
            phase::FOLLOWED => self.found(),
            phase::INSERT => self.insert(),
            phase::INSERTED => {
                let middle = (self[Low] + self[High]) / 2;
                if less {
                    self[High] = middle;
                } else {
                    self[Low] = middle + 1;
                }
                self.search()
            }
            phase::WAIT => self.wait(),
            phase::COLLAPSE => self.collapse(),
            phase::MERGE_A => {
                self[A] = self[High];
                self[To] = self[High];
                self[CountA] = self[B] - self[High];
                if self[CountA] == 0 {
                    return self.turn(self[After]);
                }
                let (from, to) = (self[B], self[Right]);
                self.gallop(self.spare(from - 1), from, to, to - 1, true, phase::MERGE_B)
            }
            phase::MERGE_B => {
                self[CountB] = self[High] - self[B];
                if self[CountB] == 0 {
                    return self.turn(self[After]);
                }
                self[Up] = (self[CountA] <= self[CountB]).into();
                self[Wins] = 0;
                self.take(self[Up] == 1, 1);
                self.turn(phase::MERGE)
            }
            phase::MERGE => self.merge(),
            phase::MERGED => {
                let from_b = i64::from(less) == self[Up];
                let again = self[Wins] > 0 && i64::from(from_b) == self[FromB];
                self[Wins] = if again { self[Wins] + 1 } else { 1 };
                self.take(from_b, 1);
                self.turn(phase::MERGE)
            }
            phase::GALLOPED_A => {
                let n = if self[Up] == 1 { self[High] - self[A] } else { self[A] + self[CountA] - self[High] };
                self[Galloped] = n;
                self.take(false, n);
                if self.is_merged() {
                    return self.turn(phase::MERGE);
                }
                self.take(true, 1);
                if self.is_merged() {
                    return self.turn(phase::MERGE);
                }
                let (from, n) = (self[B], self[CountB]);
                let near = if self[Up] == 1 { from } else { from + n - 1 };
                self.gallop(self.next_of_a(), from, from + n, near, true, phase::GALLOPED_B)
            }
            phase::GALLOPED_B => {
                let n = if self[Up] == 1 { self[High] - self[B] } else { self[B] + self[CountB] - self[High] };
                self.take(true, n);
                if !self.is_merged() {
                    self.take(false, 1);
                }
                if self.is_merged() {
                    return self.turn(phase::MERGE);
                }
                if self[Galloped].max(n) >= GALLOP {
                    return self.gallop_on();
                }
                self[Patience] += 1;
                self[Wins] = 0;
                self.turn(phase::MERGE)
            }
            phase::SIDED => {
                self[Ahead] = self.stays(less).into();
                (self[Last], self[Step]) = (0, 1);
                self[Most] = if self[Ahead] == 1 { self[High] - self[Near] } else { self[Near] - self[Low] + 1 };
                self.stride()
            }
            phase::STEPPED if i64::from(self.stays(less)) == self[Ahead] => {
                self[Last] = self[Step];
                self[Step] = 2 * self[Step] + 1;
                self.stride()
            }
            phase::STEPPED => self.halve(),
            _ => {
                let middle = (self[Low] + self[High]) / 2;
                if self.stays(less) {
                    self[Low] = middle + 1;
                } else {
                    self[High] = middle;
                }
                self.narrow()
            }
        }
    }

    // ---- runs ----

    /// One more item belongs to the run: does the next one?
    fn follow(&mut self) -> Asked {
        self[End] += 1;
        if self[End] == self[Items] {
            return self.found();
        }
        self.ask(self.item(self[End]), self.item(self[End] - 1), phase::FOLLOWED)
    }

    fn found(&mut self) -> Asked {
        if self[Down] == 1 {
            let run = self[Start] as usize..self[End] as usize;
            self.items[run].reverse();
        }
        self.turn(phase::INSERT)
    }

    fn insert(&mut self) -> Asked {
        if self[End] >= self[Items].min(self[Start] + self[Least]) {
            return self.turn(phase::WAIT);
        }
        (self[Low], self[High]) = (self[Start], self[End]);
        self.search()
    }

    fn search(&mut self) -> Asked {
        if self[Low] < self[High] {
            let middle = (self[Low] + self[High]) / 2;
            return self.ask(self.item(self[End]), self.item(middle), phase::INSERTED);
        }
        let moved = self[Low] as usize..=self[End] as usize;
        self.items[moved].rotate_right(1);
        self[End] += 1;
        self.turn(phase::INSERT)
    }

    /// The run waits, where those before it whose border is deeper than its own are merged.
    fn wait(&mut self) -> Asked {
        let runs = self[Runs];
        if runs > 0 {
            let power = self.power();
            let at = POWERS + runs as usize;
            if runs > 1 && self.others[at - 1] > power {
                return self.merge_at(runs - 2, phase::WAIT);
            }
            self.others[at] = power;
        }
        self.others[STARTS + runs as usize] = self[Start];
        self[Runs] += 1;
        (self[Start], self[Power]) = (self[End], 0);
        self.turn(phase::RUN)
    }

    /// How deep the border between the last run that waits and the new one lies in the tree of merges: the first binary
    /// digit in which their middles differ, as parts of the whole. It is known of the last run as it was found.
    fn power(&mut self) -> i64 {
        let n = self[Items];
        let before = self.start(self[Runs] - 1);
        if self[Power] == 0 {
            let (mut a, mut b) = (before + self[Start], self[Start] + self[End]);
            let mut power = 1;
            while (a >= n) == (b >= n) {
                if a >= n {
                    (a, b) = (a - n, b - n);
                }
                (a, b) = (2 * a, 2 * b);
                power += 1;
            }
            self[Power] = power;
        }
        self[Power]
    }

    /// Merges what waits at the end.
    fn collapse(&mut self) -> Asked {
        let runs = self[Runs];
        if runs > 1 {
            let length = |k: i64| self.start(k + 1) - self.start(k);
            let last = runs - 2;
            let k = if last > 0 && length(last - 1) < length(last + 1) { last - 1 } else { last };
            return self.merge_at(k, phase::COLLAPSE);
        }
        if self[Reverse] == 1 {
            let all = ..self[Items] as usize;
            self.items[all].reverse();
        }
        (self[First], self[Second]) = (-1, -1);
        true
    }

    // ---- merges ----

    /// Merges run `k` and the one behind it, which are one from here on.
    fn merge_at(&mut self, k: i64, after: i64) -> Asked {
        let (from, middle, to) = (self.start(k), self.start(k + 1), self.start(k + 2));
        let spare = (self[Items] + from) as usize;
        self.items.copy_within(from as usize..to as usize, spare);
        (self[After], self[B], self[Right]) = (after, middle, to);
        let (gone, runs) = (k as usize + 1, self[Runs] as usize);
        for list in [STARTS, POWERS] {
            self.others.copy_within(list + gone + 1..list + runs, list + gone);
        }
        self[Runs] -= 1;
        self.gallop(self.spare(middle), from, middle, from, false, phase::MERGE_A)
    }

    fn next_of_a(&self) -> i64 {
        self.spare(if self[Up] == 1 { self[A] } else { self[A] + self[CountA] - 1 })
    }

    fn next_of_b(&self) -> i64 {
        self.spare(if self[Up] == 1 { self[B] } else { self[B] + self[CountB] - 1 })
    }

    /// A single item that is left of the shorter run lies beyond all of the other one.
    fn is_merged(&self) -> bool {
        self[CountA] <= self[Up] || self[CountB] <= 1 - self[Up]
    }

    fn take(&mut self, from_b: bool, n: i64) {
        self[FromB] = from_b.into();
        let (at, count) = if from_b { (B, CountB) } else { (A, CountA) };
        self[count] -= n;
        let (from, to) = if self[Up] == 1 {
            let now = (self[at], self[To]);
            self[at] += n;
            self[To] += n;
            now
        } else {
            (self[at] + self[count], self[To] + self[CountA] + self[CountB])
        };
        self.put(from, n, to);
    }

    /// Copies items of before the merge.
    fn put(&mut self, from: i64, n: i64, to: i64) {
        let spare = (self[Items] + from) as usize;
        self.items.copy_within(spare..spare + n as usize, to as usize);
    }

    fn merge(&mut self) -> Asked {
        if self.is_merged() {
            let (to, n) = (self[To], self[CountB]);
            self.put(self[B], n, to);
            self.put(self[A], self[CountA], to + n);
            return self.turn(self[After]);
        }
        if self[Wins] >= self[Patience] {
            self[Patience] += 1;
            return self.gallop_on();
        }
        self.ask(self.next_of_b(), self.next_of_a(), phase::MERGED)
    }

    /// All of A that comes before the next of B (or after it, from the end).
    fn gallop_on(&mut self) -> Asked {
        self[Patience] = (self[Patience] - 1).max(1);
        let (from, n) = (self[A], self[CountA]);
        let near = if self[Up] == 1 { from } else { from + n - 1 };
        self.gallop(self.next_of_b(), from, from + n, near, false, phase::GALLOPED_A)
    }

    // ---- galloping ----

    /// Where an item belongs in a sorted part of what is merged: before its equals, or after them. `High` is that
    /// place then. It is looked for from `near` on, in steps that double.
    fn gallop(&mut self, x: i64, from: i64, to: i64, near: i64, before: bool, then: i64) -> Asked {
        (self[Sought], self[Before], self[Near], self[Then]) = (x, before.into(), near, then);
        (self[Low], self[High]) = (from, to);
        self.compare(near, phase::SIDED)
    }

    /// Does the item at a place stay before the one that is sought?
    fn compare(&mut self, at: i64, then: i64) -> Asked {
        let (x, y) = (self[Sought], self.spare(at));
        if self[Before] == 1 { self.ask(y, x, then) } else { self.ask(x, y, then) }
    }

    fn stays(&self, less: bool) -> bool {
        i64::from(less) == self[Before]
    }

    fn stride(&mut self) -> Asked {
        if self[Step] >= self[Most] {
            self[Step] = self[Most];
            return self.halve();
        }
        let at = if self[Ahead] == 1 { self[Near] + self[Step] } else { self[Near] - self[Step] };
        self.compare(at, phase::STEPPED)
    }

    fn halve(&mut self) -> Asked {
        let (near, last, step) = (self[Near], self[Last], self[Step]);
        (self[Low], self[High]) =
            if self[Ahead] == 1 { (near + last + 1, near + step) } else { (near - step + 1, near - last) };
        self.narrow()
    }

    fn narrow(&mut self) -> Asked {
        if self[Low] < self[High] {
            return self.compare((self[Low] + self[High]) / 2, phase::HALVED);
        }
        self.turn(self[Then])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(x: &[f64]) -> String {
        let order = order(x.len(), |i, j| x[i] < x[j]);
        format!("{:?}", order.iter().map(|k| x[*k]).collect::<Vec<_>>())
    }

    /// Recorded from CPython 3.11. What the sort asks of objects is in tests/programs/lists_tuples.
    #[test]
    fn a_nan_ends_up_where_it_does_in_python() {
        let nan = f64::NAN;
        assert_eq!(sorted(&[nan, 1.0, 0.0]), "[NaN, 0.0, 1.0]");
        assert_eq!(sorted(&[3.0, nan, 2.0, 1.0]), "[3.0, NaN, 1.0, 2.0]");
        assert_eq!(sorted(&[]), "[]");
        assert_eq!(sorted(&[nan]), "[NaN]");
    }
}
