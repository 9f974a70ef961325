//! The list of programs that do not pass yet.
//!
//! How it thinks: one line a program, `PATH [TIER...] [# reason]`; no tier means every tier. A listed program is run
//! like any other. If it fails, that is what the list says; if it passes, the test fails until the line is taken off,
//! so the list can only tell the truth. Reasons are comments for people; `QUIPU_BLESS=1` writes them.

use std::collections::BTreeMap;

/// Programs and tiers that are expected to fail.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Program, then tier, then the reason as written.
    entries: BTreeMap<String, BTreeMap<String, String>>,
}

impl Pending {
    /// Reads the list; `tiers` are those that a line without tiers stands for.
    pub fn parse(text: &str, tiers: &[&str]) -> Self {
        let mut list = Self::default();
        for line in text.lines() {
            let (words, reason) = line.split_once('#').unwrap_or((line, ""));
            let mut words = words.split_whitespace();
            let Some(program) = words.next() else { continue };
            let named: Vec<&str> = words.collect();
            for tier in if named.is_empty() { tiers } else { &named } {
                list.insert(program, tier, reason.trim());
            }
        }
        list
    }

    pub fn insert(&mut self, program: &str, tier: &str, reason: &str) {
        self.entries.entry(program.to_owned()).or_default().insert(tier.to_owned(), reason.to_owned());
    }

    pub fn remove(&mut self, program: &str, tier: &str) {
        if let Some(tiers) = self.entries.get_mut(program) {
            tiers.remove(tier);
            if tiers.is_empty() {
                self.entries.remove(program);
            }
        }
    }

    pub fn contains(&self, program: &str, tier: &str) -> bool {
        self.entries.get(program).is_some_and(|tiers| tiers.contains_key(tier))
    }

    pub fn programs(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The list as text, sorted; tiers are written where not all of `tiers` fail.
    pub fn render(&self, tiers: &[&str]) -> String {
        let mut out =
            String::from("# Programs that do not pass yet: PATH [TIER...] # why. QUIPU_BLESS=1 rewrites this file.\n");
        for (program, failing) in &self.entries {
            out.push_str(program);
            if !tiers.iter().all(|tier| failing.contains_key(*tier)) {
                for tier in failing.keys() {
                    out.push(' ');
                    out.push_str(tier);
                }
            }
            if let Some(reason) = failing.values().find(|reason| !reason.is_empty()) {
                out.push_str("  # ");
                out.push_str(reason);
            }
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIERS: [&str; 3] = ["evaluator", "cranelift", "llvm"];

    #[test]
    fn reads_what_it_writes() {
        let text = "# head\n\na/b  # refused: x\nc llvm\n";
        let list = Pending::parse(text, &TIERS);
        assert!(list.contains("a/b", "evaluator") && list.contains("a/b", "llvm"));
        assert!(list.contains("c", "llvm") && !list.contains("c", "cranelift") && !list.contains("d", "llvm"));
        assert_eq!(Pending::parse(&list.render(&TIERS), &TIERS), list);
        assert!(list.render(&TIERS).contains("a/b  # refused: x\nc llvm\n"));
    }

    #[test]
    fn the_last_tier_takes_the_program_off() {
        let mut list = Pending::parse("a\n", &["llvm"]);
        list.remove("a", "llvm");
        assert_eq!(list, Pending::default());
    }
}
