//! What is in the cache's files: a program, and beside it what LLVM made of its units.

use super::key::{self, Key};
use super::{Cache, file};
use crate::image::Image;
use crate::inputs::Inputs;
use crate::{Compiled, Options, Timings};
use quipu_backends::Object;
use quipu_diagnostics::{Diagnostic, SourceMap};
use quipu_infer::Hint;
use serde::{Deserialize, Serialize};

/// Extensions of the files.
pub(super) const PROGRAM: &str = "program";
pub(super) const GOOD: &str = "good";

/// A program as it is written; `Program` reads it.
#[derive(Serialize)]
struct ProgramOf<'a> {
    inputs: &'a Inputs,
    imports: Vec<&'a str>,
    warnings: &'a [Diagnostic],
    hints: &'a [Hint],
    image: &'a Image,
}

#[derive(Deserialize)]
struct Program {
    inputs: Inputs,
    /// The names of the files behind the program and the library in the map of sources.
    imports: Vec<String>,
    warnings: Vec<Diagnostic>,
    hints: Vec<Hint>,
    image: Image,
}

/// Where a program is, or would be, in a cache.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    cache: Cache,
    key: Key,
}

/// The code that LLVM made of some units of a program.
#[derive(Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) units: Vec<usize>,
    pub(crate) code: Object,
}

/// Where the good code of one program is.
#[derive(Debug)]
pub(crate) struct Good {
    cache: Cache,
    key: Key,
}

impl Entry {
    /// Why there is none is for the user.
    pub(crate) fn of(cache: &Cache, options: &Options, name: &str, text: &str) -> Result<Entry, String> {
        Ok(Entry { cache: cache.clone(), key: key::key(options, name, text)? })
    }

    /// The program, if it is there and the world still answers as it did.
    pub(crate) fn get(&self, name: &str, text: &str) -> Option<Compiled> {
        let kept = self.cache.get(self.key, PROGRAM)?;
        let program: Program = postcard::from_bytes(kept.body()).ok()?;
        let texts = program.inputs.again()?;
        let mut sources = SourceMap::new();
        sources.add(name, text);
        quipu_infer::Library::sources(&mut sources);
        for import in &program.imports {
            match texts.iter().find(|(path, _)| path == import) {
                Some((path, text)) => sources.add(path.clone(), text.clone()),
                None => sources.add(import.clone(), quipu_infer::module_text(import)?),
            };
        }
        Some(Compiled {
            sources,
            module: quipu_ir::Module::default(),
            warnings: program.warnings,
            hints: program.hints,
            timings: Timings::default(),
            inputs: program.inputs,
            image: Some(program.image),
            entry: None,
            good: Some(self.good(&kept.hash)),
            code: None,
        })
    }

    /// Keeps a program that has its image; where its good code is to go.
    pub(crate) fn put(&self, program: &Compiled, image: &Image) -> Result<Good, String> {
        let own = 1 + quipu_infer::STDLIB.len();
        let imports = program.sources.iter().skip(own).map(|(_, f)| f.name.as_str()).collect();
        let Compiled { inputs, warnings, hints, .. } = program;
        let body = postcard::to_stdvec(&ProgramOf { inputs, imports, warnings, hints, image });
        let body = body.map_err(|e| e.to_string())?;
        let hash = self.cache.put(self.key, PROGRAM, &body).map_err(|e| e.to_string())?;
        Ok(self.good(&hash))
    }

    /// Units are numbered as in one program, so the name is that of the program's contents.
    fn good(&self, hash: &[u8; 32]) -> Good {
        Good { cache: self.cache.clone(), key: Key::derived(hash, GOOD) }
    }
}

impl Good {
    pub(crate) fn get(&self) -> Vec<Group> {
        let kept = self.cache.get(self.key, GOOD);
        kept.and_then(|k: file::Kept| postcard::from_bytes(k.body()).ok()).unwrap_or_default()
    }

    /// Adds to what is there. Two processes at once may lose one's: it is made again.
    pub(crate) fn add(&self, group: Group) {
        let mut all = self.get();
        all.retain(|g| g.units != group.units);
        all.push(group);
        if let Ok(body) = postcard::to_stdvec(&all) {
            let _ = self.cache.put(self.key, GOOD, &body);
        }
    }
}
