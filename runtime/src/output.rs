//! Standard output of a program: buffered, replaceable, and shared by the program's threads.
//!
//! A terminal sees whole lines at once; anything else gets large writes. A closed pipe is an OSError for the program,
//! never a panic. Whoever ends a program, with or without an error, calls `flush` first.

use crate::error::{Error, Result};
use std::io::{IsTerminal, Write};

/// Written when this much has gathered.
const CAPACITY: usize = 64 << 10;

pub struct Output {
    writer: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    by_line: bool,
}

impl Output {
    pub fn stdout() -> Output {
        let stdout = std::io::stdout();
        let by_line = stdout.is_terminal();
        Output { writer: Box::new(stdout), buffer: Vec::new(), by_line }
    }

    pub fn to(writer: Box<dyn Write + Send>) -> Output {
        Output { writer, buffer: Vec::new(), by_line: false }
    }

    pub fn write(&mut self, text: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(text);
        if self.buffer.len() >= CAPACITY || (self.by_line && text.contains(&b'\n')) {
            return self.flush();
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<()> {
        // What a failed write leaves is dropped: repeating it would raise again at exit.
        let buffer = std::mem::take(&mut self.buffer);
        let done = self.writer.write_all(&buffer).and_then(|()| self.writer.flush());
        self.buffer = buffer;
        self.buffer.clear();
        done.map_err(|error| os_error(&error, None))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.flush();
    }
}

/// Writes to standard error, which keeps nothing back.
pub fn to_stderr(text: &str) -> Result<()> {
    std::io::stderr().write_all(text.as_bytes()).map_err(|error| os_error(&error, None))
}

/// `[Errno 32] Broken pipe`, with the file's name in quotes where there is one.
pub(crate) fn os_error(error: &std::io::Error, path: Option<&str>) -> Error {
    use quipu_abi::ErrorKind;
    let kind = match (error.raw_os_error(), error.kind()) {
        (Some(number), _) => ErrorKind::from_errno(number.into()),
        (None, std::io::ErrorKind::NotFound) => ErrorKind::FileNotFoundError,
        (None, _) => ErrorKind::OSError,
    };
    // Rust appends the number to the system's text: `Broken pipe (os error 32)`.
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut text = match error.raw_os_error() {
        Some(code) => format!("[Errno {code}] {text}"),
        None => text.to_owned(),
    };
    if let Some(path) = path {
        text.push_str(": ");
        text.push_str(&crate::format::str_repr(path));
    }
    Error::new(kind, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from_raw_os_error(32))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_an_error_once() {
        let mut output = Output::to(Box::new(Closed));
        output.write(b"text").unwrap();
        assert_eq!(output.flush().unwrap_err().text, "[Errno 32] Broken pipe");
        assert!(output.flush().is_ok());
    }
}
