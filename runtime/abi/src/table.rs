//! Hash tables of dicts and sets: from hashes to the numbers of entries, which lie in lists beside them.
//!
//! A table is a list of int64: a header of four (slots ever filled, slots in use, mask, where `set.pop` looks first) and
//! two for each slot: the hash of a key and the number of its entry, or a mark. An empty list is a table of eight
//! empty slots. Probing, growth and the treatment of removed keys are those of CPython 3.11's sets (Objects/setobject.c, as
//! its documentation and its results show them), because the order of a set's items is the order of its slots.
//!
//! Compiled code holds the list in its own memory and the evaluator as values; both come here through `Slots`.

/// The memory of a table.
pub trait Slots {
    type Error;
    fn get(&self, i: usize) -> i64;
    fn set(&mut self, i: usize, x: i64);
    fn is_empty(&self) -> bool;
    /// Makes it so many zeros.
    fn reset(&mut self, n: usize) -> Result<(), Self::Error>;
}

const FILL: usize = 0;
const USED: usize = 1;
const MASK: usize = 2;
const HEADER: usize = 4;

/// What a slot holds where no entry is.
const EMPTY: i64 = -1;
const REMOVED: i64 = -2;

const SMALLEST: u64 = 8;
const LINEAR: u64 = 9;
const SHIFT: u32 = 5;

/// The slots in the order in which a hash looks at them.
struct Probe {
    hash: u64,
    mask: u64,
    at: u64,
    left: u64,
    slot: u64,
}

impl Probe {
    fn new(hash: i64, mask: u64) -> Probe {
        let hash = hash as u64;
        let at = hash & mask;
        Probe { hash, mask, at, left: run(at, mask), slot: at }
    }

    fn next(&mut self) -> usize {
        let here = self.slot;
        if self.left > 0 {
            self.left -= 1;
            self.slot += 1;
        } else {
            self.hash >>= SHIFT;
            self.at = self.at.wrapping_mul(5).wrapping_add(1).wrapping_add(self.hash) & self.mask;
            self.left = run(self.at, self.mask);
            self.slot = self.at;
        }
        HEADER + 2 * here as usize
    }
}

/// So many slots behind one are looked at before the next jump.
fn run(at: u64, mask: u64) -> u64 {
    if at + LINEAR <= mask { LINEAR } else { 0 }
}

fn init<S: Slots>(s: &mut S, slots: u64) -> Result<(), S::Error> {
    s.reset(HEADER + 2 * slots as usize)?;
    s.set(MASK, slots as i64 - 1);
    for k in 0..slots as usize {
        s.set(HEADER + 2 * k + 1, EMPTY);
    }
    Ok(())
}

fn mask(s: &impl Slots) -> u64 {
    if s.is_empty() { SMALLEST - 1 } else { s.get(MASK) as u64 }
}

fn add_to(s: &mut impl Slots, i: usize, by: i64) {
    let x = s.get(i);
    s.set(i, x + by);
}

/// The first entry with this hash behind the entry `after` in the order of probing; -1 where there is none. An `after`
/// of -1 begins. Probing may come back to a slot, so an entry counts where it is first seen.
pub fn find(s: &impl Slots, hash: i64, after: i64) -> i64 {
    if s.is_empty() {
        return -1;
    }
    let mut probe = Probe::new(hash, mask(s));
    let mut passed = vec![];
    loop {
        let i = probe.next();
        let entry = s.get(i + 1);
        if entry == EMPTY {
            return -1;
        }
        if entry >= 0 && s.get(i) == hash && !passed.contains(&entry) {
            if after < 0 || passed.contains(&after) {
                return entry;
            }
            passed.push(entry);
        }
    }
}

/// The slot of an entry.
fn slot_of(s: &impl Slots, hash: i64, entry: i64) -> Option<usize> {
    if s.is_empty() {
        return None;
    }
    let mut probe = Probe::new(hash, mask(s));
    loop {
        let i = probe.next();
        match s.get(i + 1) {
            EMPTY => return None,
            e if e == entry => return Some(i),
            _ => {}
        }
    }
}

/// Puts an entry whose key is not there into a table that has room: into the last removed slot on its way, if there is
/// one before the empty slot that ends the search for the key. Says whether it took the empty one.
fn put_entry(s: &mut impl Slots, hash: i64, entry: i64) -> bool {
    let mut probe = Probe::new(hash, mask(s));
    let mut removed = None;
    let (i, empty) = loop {
        let i = probe.next();
        match s.get(i + 1) {
            EMPTY => break (removed.unwrap_or(i), removed.is_none()),
            REMOVED => removed = Some(i),
            _ => {}
        }
    };
    s.set(i, hash);
    s.set(i + 1, entry);
    add_to(s, FILL, i64::from(empty));
    add_to(s, USED, 1);
    empty
}

/// Hashes and entries in the order of their slots.
pub fn items(s: &impl Slots) -> Vec<(i64, i64)> {
    if s.is_empty() {
        return vec![];
    }
    let all = (0..=mask(s) as usize).map(|k| (s.get(HEADER + 2 * k), s.get(HEADER + 2 * k + 1)));
    all.filter(|(_, e)| *e >= 0).collect()
}

/// The same entries in the least number of slots above `least`.
fn resize<S: Slots>(s: &mut S, least: u64) -> Result<(), S::Error> {
    let mut slots = SMALLEST;
    while slots <= least {
        slots <<= 1;
    }
    let all = items(s);
    init(s, slots)?;
    for (hash, entry) in all {
        put_entry(s, hash, entry);
    }
    Ok(())
}

fn grown(used: i64) -> u64 {
    if used > 50_000 { used as u64 * 2 } else { used as u64 * 4 }
}

/// Adds an entry, whose key is not there.
pub fn put<S: Slots>(s: &mut S, hash: i64, entry: i64) -> Result<(), S::Error> {
    if s.is_empty() {
        init(s, SMALLEST)?;
    }
    let empty = put_entry(s, hash, entry);
    match !empty || (s.get(FILL) as u64) * 5 < mask(s) * 3 {
        true => Ok(()),
        false => resize(s, grown(s.get(USED))),
    }
}

/// Takes an entry out.
pub fn drop_entry(s: &mut impl Slots, hash: i64, entry: i64) {
    if let Some(i) = slot_of(s, hash, entry) {
        s.set(i, 0);
        s.set(i + 1, REMOVED);
        add_to(s, USED, -1);
    }
}

/// Gives an entry another number.
pub fn renumber(s: &mut impl Slots, hash: i64, from: i64, to: i64) {
    if let Some(i) = slot_of(s, hash, from) {
        s.set(i + 1, to);
    }
}

/// Makes room for `n` more, as an update from a set does.
pub fn reserve<S: Slots>(s: &mut S, n: i64) -> Result<(), S::Error> {
    let (fill, used) = if s.is_empty() { (0, 0) } else { (s.get(FILL), s.get(USED)) };
    if (fill + n) as u64 * 5 >= mask(s) * 3 { resize(s, (used + n) as u64 * 2) } else { Ok(()) }
}

/// Throws removed slots away where they are many, as a difference in place does.
pub fn tidy<S: Slots>(s: &mut S) -> Result<(), S::Error> {
    if s.is_empty() || (s.get(FILL) - s.get(USED)) as u64 <= mask(s) / 4 {
        return Ok(());
    }
    resize(s, grown(s.get(USED)))
}

/// Makes an empty table one of the entries of another: they get the numbers 0, 1, .. in the order of its slots.
pub fn adopt<S: Slots>(s: &mut S, other: &impl Slots) -> Result<(), S::Error> {
    if other.is_empty() {
        return Ok(());
    }
    reserve(s, other.get(USED))?;
    if s.is_empty() {
        init(s, SMALLEST)?;
    }
    if mask(s) == mask(other) && other.get(FILL) == other.get(USED) {
        let mut entry = 0;
        for k in 0..=mask(s) as usize {
            let i = HEADER + 2 * k;
            if other.get(i + 1) >= 0 {
                s.set(i, other.get(i));
                s.set(i + 1, entry);
                entry += 1;
            }
        }
        s.set(FILL, entry);
        s.set(USED, entry);
        return Ok(());
    }
    for (entry, (hash, _)) in items(other).into_iter().enumerate() {
        put_entry(s, hash, entry as i64);
    }
    Ok(())
}

impl Slots for Vec<i64> {
    type Error = std::convert::Infallible;

    fn get(&self, i: usize) -> i64 {
        self[i]
    }

    fn set(&mut self, i: usize, x: i64) {
        self[i] = x;
    }

    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }

    fn reset(&mut self, n: usize) -> Result<(), Self::Error> {
        self.clear();
        self.resize(n, 0);
        Ok(())
    }
}

/// `hash(k)` of an int.
pub fn hash_int(k: i64) -> i64 {
    const PRIME: u64 = (1 << 61) - 1;
    let r = (k.unsigned_abs() % PRIME) as i64;
    let h = if k < 0 { -r } else { r };
    if h == -1 { -2 } else { h }
}

/// `hash(x)` of a float; `None` of a NaN, whose hash is its address.
pub fn hash_float(x: f64) -> Option<i64> {
    const PRIME: u128 = (1 << 61) - 1;
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { 314_159 } else { -314_159 });
    }
    let bits = x.abs().to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) as i32);
    // x = m * 2^e, and 2^61 is 1 modulo the prime.
    let (m, e) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let r = ((u128::from(m) << e.rem_euclid(61)) % PRIME) as i64;
    let h = if x < 0.0 { -r } else { r };
    Some(if h == -1 { -2 } else { h })
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// Where the hash of a tuple begins.
pub const TUPLE: i64 = PRIME_5 as i64;

/// The hash of a tuple after another item (xxHash's rounds, as CPython's tuples take them).
pub fn hash_item(hash: i64, item: i64) -> i64 {
    let h = (hash as u64).wrapping_add((item as u64).wrapping_mul(PRIME_2));
    h.rotate_left(31).wrapping_mul(PRIME_1) as i64
}

/// The hash of a tuple of `n` items after the last of them.
pub fn hash_end(hash: i64, n: i64) -> i64 {
    let h = (hash as u64).wrapping_add(n as u64 ^ (PRIME_5 ^ 3_527_539)) as i64;
    if h == -1 { 1_546_275_796 } else { h }
}

/// The item's part in the hash of a frozenset.
pub fn hash_member(hash: i64) -> i64 {
    let h = hash as u64;
    ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167) as i64
}

/// The hash of a frozenset from its members' parts, joined by exclusive or, and their number.
pub fn hash_members(parts: i64, n: i64) -> i64 {
    let mut h = parts as u64 ^ (n as u64 + 1).wrapping_mul(1_927_868_237);
    h ^= (h >> 11) ^ (h >> 25);
    h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
    if h == u64::MAX { 590_923_713 } else { h as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_pythons() {
        assert_eq!([0, 1, -1, -2, i64::MAX, i64::MIN].map(hash_int), [0, 1, -2, -2, 3, -4]);
        let floats = [0.5, -1.0, 1e300, 3.0, 2.5e-320, f64::INFINITY];
        let hashes = [1 << 60, -2, 1_224_995_262_755_759_164, 3, 84_892_712_960, 314_159];
        assert_eq!(floats.map(|x| hash_float(x).unwrap_or(0)), hashes);
        assert_eq!(hash_end(hash_item(hash_item(TUPLE, 1), 2), 2), -3_550_055_125_485_641_917);
        assert_eq!(hash_end(TUPLE, 0), 5_740_354_900_026_072_187);
        let parts = [1, 2, 3].map(hash_member).into_iter().fold(0, |a, b| a ^ b);
        assert_eq!(hash_members(parts, 3), -272_375_401_224_217_160);
    }

    #[test]
    fn entries_are_found_after_growth_and_removal() {
        let mut t: Vec<i64> = vec![];
        for k in 0..1000 {
            put(&mut t, k * 8, k).unwrap();
        }
        for k in (0..1000).step_by(2) {
            drop_entry(&mut t, k * 8, k);
        }
        for k in 0..1000 {
            assert_eq!(find(&t, k * 8, -1), if k % 2 == 0 { -1 } else { k });
        }
        put(&mut t, 8, 2000).unwrap();
        assert_eq!((find(&t, 8, -1), find(&t, 8, 1), find(&t, 8, 2000)), (1, 2000, -1));
    }

    #[test]
    fn probing_that_comes_back_to_a_slot_finds_an_entry_once() {
        // -1 and -2 have one hash.
        let mut t: Vec<i64> = vec![];
        for (k, x) in [11, 4, -1].into_iter().enumerate() {
            put(&mut t, hash_int(x), k as i64).unwrap();
        }
        assert_eq!((find(&t, -2, -1), find(&t, -2, 2)), (2, -1));
        put(&mut t, -2, 3).unwrap();
        assert_eq!((find(&t, -2, 2), find(&t, -2, 3)), (3, -1));
    }

    #[test]
    fn removed_slots_are_taken_again() {
        let mut t: Vec<i64> = vec![];
        for (k, x) in [200, 201, 202, 203, 204, 0, 32, 64, 96].into_iter().enumerate() {
            put(&mut t, x, k as i64).unwrap();
        }
        drop_entry(&mut t, 32, 6);
        drop_entry(&mut t, 64, 7);
        put(&mut t, 128, 9).unwrap();
        put(&mut t, 160, 10).unwrap();
        let order: Vec<i64> = items(&t).into_iter().map(|(h, _)| h).collect();
        assert_eq!(order, [0, 160, 128, 96, 200, 201, 202, 203, 204]);
    }
}
