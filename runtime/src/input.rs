//! Standard input as programs read it: text, line by line or so many characters.
//!
//! As Python's `sys.stdin` does, it takes the ends of lines of every system (`\r\n` and `\r` alone) as `\n`, and raises where
//! bytes are not UTF-8. What has been read ahead of a program's question waits in `text`.

use crate::error::{Error, Result};
use crate::output::os_error;
use quipu_abi::ErrorKind;
use std::io::Read;

/// Read from the system at once.
const CHUNK: usize = 8 << 10;

pub struct Input {
    reader: Box<dyn Read + Send>,
    /// Bytes that are the begin of a character.
    rest: Vec<u8>,
    /// Text that nobody has asked for yet, from `at` on.
    text: String,
    at: usize,
    /// The last byte was `\r`: a `\n` that follows belongs to it.
    after_return: bool,
    ended: bool,
}

impl Input {
    pub fn from(reader: Box<dyn Read + Send>) -> Input {
        Input { reader, rest: vec![], text: String::new(), at: 0, after_return: false, ended: false }
    }

    /// The next line with its `\n`, or what there is before the end; empty at the end.
    pub fn line(&mut self) -> Result<String> {
        let mut seen = self.at;
        loop {
            if let Some(end) = self.text[seen..].find('\n') {
                return Ok(self.take(seen + end + 1));
            }
            seen = self.text.len();
            if !self.more()? {
                return Ok(self.take(self.text.len()));
            }
            // `more` moved what was left to the front.
            seen = seen.min(self.text.len());
        }
    }

    /// So many characters, or what there is before the end; all of it for a negative number.
    pub fn characters(&mut self, n: i64) -> Result<String> {
        loop {
            let waiting = &self.text[self.at..];
            if let Ok(n) = usize::try_from(n)
                && let Some(end) = waiting.char_indices().map(|c| c.0).chain([waiting.len()]).nth(n)
            {
                return Ok(self.take(self.at + end));
            }
            if !self.more()? {
                return Ok(self.take(self.text.len()));
            }
        }
    }

    fn take(&mut self, end: usize) -> String {
        let taken = self.text[self.at..end].to_owned();
        self.at = end;
        if self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
        }
        taken
    }

    /// Reads on; false at the end.
    fn more(&mut self) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let mut chunk = [0; CHUNK];
        let n = loop {
            match self.reader.read(&mut chunk) {
                Ok(n) => break n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(os_error(&e, None)),
            }
        };
        self.ended = n == 0;
        self.rest.extend_from_slice(&chunk[..n]);
        let bytes = std::mem::take(&mut self.rest);
        let valid = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            // The begin of a character whose end is still to come.
            Err(e) if e.error_len().is_none() && !self.ended => {
                let (head, rest) = bytes.split_at(e.valid_up_to());
                self.rest = rest.to_vec();
                std::str::from_utf8(head).unwrap_or_default()
            }
            Err(e) => {
                let at = e.valid_up_to();
                let why = match (e.error_len(), bytes.get(at)) {
                    (None, _) => "unexpected end of data",
                    (_, Some(0x80..=0xc1 | 0xf5..)) => "invalid start byte",
                    _ => "invalid continuation byte",
                };
                let byte = bytes.get(at).copied().unwrap_or_default();
                let what = match e.error_len().unwrap_or(bytes.len() - at) {
                    n @ 2.. => format!("bytes in position {at}-{}", at + n - 1),
                    _ => format!("byte {byte:#04x} in position {at}"),
                };
                let text = format!("'utf-8' codec can't decode {what}: {why}");
                return Err(Error::new(ErrorKind::UnicodeDecodeError, text));
            }
        };
        for c in valid.chars() {
            let joined = c == '\n' && self.after_return;
            self.after_return = c == '\r';
            match c {
                _ if joined => {}
                '\r' => self.text.push('\n'),
                c => self.text.push(c),
            }
        }
        Ok(!self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, so that everything is met at a border.
    struct Slowly(std::collections::VecDeque<u8>);

    impl Read for Slowly {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            Ok(self.0.pop_front().map_or(0, |b| {
                to[0] = b;
                1
            }))
        }
    }

    fn of(text: &[u8]) -> [Input; 2] {
        [
            Input::from(Box::new(Slowly(text.to_vec().into()))),
            Input::from(Box::new(std::io::Cursor::new(text.to_vec()))),
        ]
    }

    #[test]
    fn lines_and_characters() {
        for mut input in of("é1\r\n2\r\r\n漢字 x\n\nend".as_bytes()) {
            let mut lines = vec![];
            for _ in 0..4 {
                lines.push(input.line().unwrap());
            }
            assert_eq!(lines, ["é1\n", "2\n", "\n", "漢字 x\n"]);
            assert_eq!(input.characters(2).unwrap(), "\ne");
            assert_eq!(input.characters(0).unwrap(), "");
            assert_eq!(input.characters(-1).unwrap(), "nd");
            assert_eq!((input.line().unwrap(), input.characters(5).unwrap()), (String::new(), String::new()));
        }
    }

    #[test]
    fn bytes_that_are_no_text() {
        for (bytes, why) in [
            (&b"ab\xff"[..], "byte 0xff in position 2: invalid start byte"),
            (b"\xc3(", "byte 0xc3 in position 0: invalid continuation byte"),
            // What came before the character was read already.
            (b"a\xe6\xbc", "bytes in position 0-1: unexpected end of data"),
            (b"\xe6\xbc(", "bytes in position 0-1: invalid continuation byte"),
        ] {
            let [_, mut input] = of(bytes);
            let error = input.line().unwrap_err();
            assert_eq!(
                (error.kind, &*error.text),
                (ErrorKind::UnicodeDecodeError, &*format!("'utf-8' codec can't decode {why}"))
            );
        }
    }
}
