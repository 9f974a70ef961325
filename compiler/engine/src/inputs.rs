//! What the compiler asks the world for besides the program's text, with the answers.
//!
//! A program's files are read through here and nowhere else while compiling. The list of questions and answers says when a
//! result of the compiler is still right: the compiler is a function of the text, its options and these answers, so
//! where they are the same, the result is.

use quipu_abi::DType;
use quipu_runtime::files::npy;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What the header of a file of an array says: its dtype, rank, and whether it is in Fortran's order.
type Header = (DType, usize, bool);

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Asked {
    /// The text of a file of source, by its hash; `None` if there is none.
    Text { path: String, found: Option<[u8; 32]> },
    /// What is in a file of data.
    Header { path: String, found: Option<(String, usize, bool)> },
}

/// Questions in their order, with the answers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inputs {
    asked: Vec<Asked>,
}

/// A text that was asked for, and its path.
pub(crate) type Text = (String, Arc<str>);

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

fn look(path: &str) -> Option<Header> {
    match npy::look(path) {
        npy::Holds::Array { dtype, rank, fortran } => Some((dtype, rank, fortran)),
        npy::Holds::Nothing => None,
    }
}

fn words(header: Option<Header>) -> Option<(String, usize, bool)> {
    header.map(|(dtype, rank, fortran)| (dtype.name().to_string(), rank, fortran))
}

impl Inputs {
    /// The text of a file, if it is there and is text.
    fn text(&mut self, path: &Path) -> Option<String> {
        let path = path.to_string_lossy().into_owned();
        let text = read(&path);
        self.asked.push(Asked::Text { path, found: text.as_deref().map(hash) });
        text
    }

    pub(crate) fn header(&mut self, path: &str) -> Option<Header> {
        let found = look(path);
        self.asked.push(Asked::Header { path: path.to_string(), found: words(found) });
        found
    }

    /// Asks again. The texts that were found, if every answer is the same.
    pub(crate) fn again(&self) -> Option<Vec<Text>> {
        let mut texts = vec![];
        for asked in &self.asked {
            match asked {
                Asked::Text { path, found } => {
                    let text = read(path);
                    if text.as_deref().map(hash) != *found {
                        return None;
                    }
                    texts.extend(text.map(|t| (path.clone(), t.into())));
                }
                Asked::Header { path, found } if words(look(path)) != *found => return None,
                Asked::Header { .. } => {}
            }
        }
        Some(texts)
    }
}

/// The same for several askers: the engine, and inference's library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder {
    inputs: Arc<Mutex<Inputs>>,
    /// Texts that count instead of the files at these paths: what somebody is writing in an editor.
    open: Arc<HashMap<String, String>>,
}

impl Recorder {
    pub(crate) fn with_open(open: Arc<HashMap<String, String>>) -> Recorder {
        Recorder { inputs: Arc::default(), open }
    }

    /// The text of a file of source.
    pub(crate) fn text(&self, path: &Path) -> Option<String> {
        let open = path.to_str().and_then(|p| self.open.get(p));
        open.cloned().or_else(|| self.with(|i| i.text(path)))
    }

    pub(crate) fn with<T>(&self, ask: impl FnOnce(&mut Inputs) -> T) -> T {
        ask(&mut self.inputs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn done(&self) -> Inputs {
        self.with(std::mem::take)
    }
}
