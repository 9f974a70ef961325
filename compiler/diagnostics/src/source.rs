//! Files and positions: byte spans are stored, lines and columns are computed when somebody asks.
//!
//! Lines end at `\n`, `\r\n` or a lone `\r`, as in Python. Lines and columns count from 1, columns in characters.
//! Offsets are `u32`: a file of 4 GiB or more is refused by the parser, not here.

use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// The bytes `start..end` of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The smallest span over `self` and `other`; `self` where they are of different files.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start.
    #[must_use]
    pub fn start_point(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty span at the end.
    #[must_use]
    pub fn end_point(self) -> Span {
        Span { start: self.end, ..self }
    }

    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A position for people: both count from 1, `column` in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineCol {
    pub line: u32,
    pub column: u32,
}

/// One file: its name as the user wrote it, its text, and where its lines start.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub name: String,
    pub text: Arc<str>,
    /// Found when somebody asks: most files of most compilations are right.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    fn new(name: String, text: Arc<str>) -> Self {
        SourceFile { name, text, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let mut line_starts = vec![0];
            let bytes = self.text.as_bytes();
            for (i, &byte) in bytes.iter().enumerate() {
                let ends_line = byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
                if ends_line {
                    line_starts.push(u32::try_from(i + 1).unwrap_or(u32::MAX));
                }
            }
            line_starts
        })
    }

    /// Index, from 0, of the line that holds byte `offset`.
    fn line_idx(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= offset).saturating_sub(1)
    }

    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// Line number of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.line_idx(offset) + 1).unwrap_or(u32::MAX)
    }

    pub fn line_col(&self, offset: u32) -> LineCol {
        let idx = self.line_idx(offset);
        let start = self.line_starts().get(idx).copied().unwrap_or(0) as usize;
        let end = floor_char_boundary(&self.text, offset as usize).max(start);
        let before = self.text.get(start..end).unwrap_or("");
        LineCol { line: self.line(offset), column: u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX) }
    }

    /// The text of line `line` (from 1) without its line end; `""` past the last.
    pub fn line_text(&self, line: u32) -> &str {
        let idx = (line as usize).wrapping_sub(1);
        let Some(&start) = self.line_starts().get(idx) else { return "" };
        let end = self.line_starts().get(idx + 1).map_or(self.text.len(), |&next| next as usize);
        self.text.get(start as usize..end).unwrap_or("").trim_end_matches(['\r', '\n'])
    }

    /// A span's text; shortened to the file and to whole characters where the span is wrong.
    pub fn slice(&self, span: Span) -> &str {
        let start = floor_char_boundary(&self.text, span.start as usize);
        let end = floor_char_boundary(&self.text, span.end as usize);
        self.text.get(start..end).unwrap_or("")
    }
}

/// The largest character boundary of `text` at or before `offset`.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// All files of a compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    pub fn new() -> Self {
        SourceMap::default()
    }

    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files fit in memory"));
        self.files.push(SourceFile::new(name.into(), text.into()));
        id
    }

    /// Text behind what a file has so far: what a prompt reads.
    pub fn append(&mut self, id: FileId, text: &str) {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            *file = SourceFile::new(std::mem::take(&mut file.name), format!("{}{text}", file.text).into());
        }
    }

    /// `None` for an id of another map.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    pub fn name(&self, id: FileId) -> &str {
        self.file(id).map_or("<unknown>", |file| &file.name)
    }

    pub fn text(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.text)
    }

    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).map_or("", |file| file.slice(span))
    }

    /// Where a span starts, for people.
    pub fn line_col(&self, span: Span) -> LineCol {
        self.file(span.file).map_or(LineCol { line: 1, column: 1 }, |file| file.line_col(span.start))
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let mut map = SourceMap::new();
        let id = map.add("a.py", "x = 1\r\nβγ = 2\rz\n");
        let at = |offset| {
            let pos = map.line_col(Span::new(id, offset, offset));
            (pos.line, pos.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(6), (1, 7), "the line feed of CRLF belongs to its line");
        assert_eq!(at(7), (2, 1));
        assert_eq!(at(8), (2, 1), "inside a character counts as the character");
        assert_eq!(at(9), (2, 2));
        assert_eq!(at(16), (3, 1));
        assert_eq!(at(18), (4, 1));
        assert_eq!(at(4000), (4, 1), "past the end is clamped");
        let file = map.file(id).expect("just added");
        assert_eq!(file.line_text(2), "βγ = 2");
        assert_eq!(file.line_text(9), "");
        assert_eq!(map.slice(Span::new(id, 8, 11)), "βγ");
    }
}
